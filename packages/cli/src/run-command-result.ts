import type { CommandContext, CommandResult } from './command.ts'
import type { FindingOutput } from './output.ts'
import { recoveredPart } from './recover-first.ts'
import { renderError } from './render/render-error.ts'
import { renderRelease } from './render/render-release.ts'
import { renderFinding, renderRuns } from './render/render-run.ts'
import { styleOf } from './render/style.ts'
import type { RunResult } from './run-outputs.ts'

interface Extent {
  readonly dryRun?: boolean
  /** A run over several databases that is not finished. */
  readonly findings?: readonly FindingOutput[]
}

/** Result of a command that ran or planned databases: the first error decides the exit code. */
export function runCommandResult(
  command: string,
  { settings, terminal }: Pick<CommandContext<unknown>, 'settings' | 'terminal'>,
  {
    runId,
    results,
    release,
    recovered = [],
    notes = [],
    dryRun,
    findings: unfinished = [],
  }: RunResult & Extent,
): CommandResult {
  const findings = [...unfinished, ...notes]
  const failed = results.find(({ error }) => error !== undefined)?.error
  const style = styleOf(terminal.color)
  const databases = results.map(({ output }) => output)
  const errors = results.flatMap(({ error, output }) =>
    error === undefined ? [] : [renderError(error, { style, database: output.name })],
  )
  return {
    output: {
      ok: failed === undefined,
      command,
      exitCode: failed?.exitCode ?? 0,
      runId,
      ...(dryRun === undefined ? {} : { dryRun }),
      databases,
      ...(findings.length > 0 && { findings }),
      ...(release === undefined ? {} : { release }),
      ...recoveredPart(recovered, settings),
    },
    text: [
      ...findings.map((finding) => `${renderFinding(finding, style)}\n`),
      renderRuns(settings.quiet ? databases.filter(({ error }) => error !== undefined) : databases, style),
      release === undefined ? '' : renderRelease({ release, databases }, style),
    ].join(''),
    errorText: errors.join(''),
  }
}
