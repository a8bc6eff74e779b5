import type { CommandContext, CommandResult } from './command.ts'
import { renderError } from './render/render-error.ts'
import { renderRuns } from './render/render-run.ts'
import { styleOf } from './render/style.ts'
import type { RunResult } from './run-databases.ts'

/** Result of a command that ran or planned databases: the first error decides the exit code. */
export function runCommandResult(
  command: string,
  { settings, terminal }: Pick<CommandContext<unknown>, 'settings' | 'terminal'>,
  { runId, results, dryRun }: RunResult & { dryRun?: boolean },
): CommandResult {
  const failed = results.find(({ error }) => error !== undefined)?.error
  const style = styleOf(terminal.color)
  const shown = settings.quiet ? results.filter(({ error }) => error !== undefined) : results
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
      databases: results.map(({ output }) => output),
    },
    text: renderRuns(
      shown.map(({ output }) => output),
      style,
    ),
    errorText: errors.join(''),
  }
}
