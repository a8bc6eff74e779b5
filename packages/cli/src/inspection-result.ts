import type { CommandContext, CommandResult } from './command.ts'
import type { InspectedDatabase } from './inspect-databases.ts'
import type { FindingOutput, StatusOutput } from './output.ts'
import { renderError } from './render/render-error.ts'
import { renderFinding } from './render/render-run.ts'
import { styleOf } from './render/style.ts'

interface Inspection {
  readonly inspected: readonly InspectedDatabase[]
  /** What concerns more than one database: a run that is not finished. */
  readonly findings: readonly FindingOutput[]
  /** The command exits 3 because of those; default true. */
  readonly areFindingsAmiss?: boolean
  /** True for a database because of which the command exits 3. */
  readonly isAmiss: (database: StatusOutput) => boolean
  readonly render: (databases: readonly StatusOutput[]) => string
}

/** Result of a command that looked at databases: one that cannot be read decides the exit code, then what is amiss. */
export function inspectionResult(
  command: string,
  { settings, terminal }: Pick<CommandContext<unknown>, 'settings' | 'terminal'>,
  { inspected, findings, areFindingsAmiss = true, isAmiss, render }: Inspection,
): CommandResult {
  const databases = inspected.map(({ output }) => output)
  const failed = inspected.find(({ error }) => error !== undefined)?.error
  const found = (areFindingsAmiss && findings.length > 0) || databases.some(isAmiss)
  const exitCode = failed?.exitCode ?? (found ? 3 : 0)
  const style = styleOf(terminal.color)
  const errors = inspected.flatMap(({ output, error }) =>
    error === undefined ? [] : [renderError(error, { style, database: output.name })],
  )
  return {
    output: {
      ok: exitCode === 0,
      command,
      exitCode,
      databases,
      ...(findings.length > 0 && { findings }),
    },
    text:
      findings.map((finding) => `${renderFinding(finding, style)}\n`).join('') +
      (settings.quiet ? quietly(databases.filter(isAmiss), render) : render(databases)),
    errorText: errors.join(''),
  }
}

function quietly(databases: readonly StatusOutput[], render: Inspection['render']): string {
  return databases.length === 0 ? '' : render(databases)
}
