import { MigrationRunner, type MigrationRunnerOptions } from '@whimbrel/core'
import { processOwner } from '@whimbrel/core/process'
import type { CommandContext } from './command.ts'
import type { RunListener } from './run-listener.ts'
import { migrationsOf, type Target, type Targets } from './target.ts'
import { version } from './version.ts'

export interface RunnerSettings {
  readonly targets: Targets
  readonly context: Pick<CommandContext<unknown>, 'terminal' | 'commandLine'>
  readonly listener?: RunListener
  readonly optionsOf?: (target: Target) => Partial<MigrationRunnerOptions>
}

/** Makes the runner of single databases, for commands that look at them or change one. */
export async function runnersOf({ targets, context, listener, optionsOf }: RunnerSettings): Promise<{
  readonly runId: string
  readonly runnerOf: (target: Target) => MigrationRunner
}> {
  const { terminal, commandLine } = context
  const runId = crypto.randomUUID()
  const others = targets.manifest === undefined ? undefined : await migrationsOf(targets.all)
  const runner = processOwner(commandLine, version)
  const runnerOf = (target: Target) =>
    new MigrationRunner({
      driver: target.driver,
      tracker: target.tracker,
      source: target.source,
      transaction: target.transaction,
      lockTimeoutMs: target.lockTimeoutMs,
      environment: targets.environment,
      signal: terminal.signal,
      runner,
      runId,
      name: target.name,
      others,
      onEvent: (event) => listener?.listen(target, event),
      ...optionsOf?.(target),
    })
  return { runId, runnerOf }
}
