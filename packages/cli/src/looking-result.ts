import type { MigrateError } from '@whimbrel/core'
import type { CommandContext, CommandResult } from './command.ts'
import type { Output } from './output.ts'
import { renderError } from './render/render-error.ts'
import { styleOf } from './render/style.ts'

interface Looking<Database extends Output['databases'][number]> {
  readonly looked: readonly { readonly output: Database; readonly error: MigrateError | undefined }[]
  /** Exit code because of a database that was looked at, 0 where nothing is amiss. */
  readonly exitCodeOf: (database: Database) => number
  readonly render: (databases: readonly Database[]) => string
}

/** Result of a command that looked at databases: one that cannot be read decides the exit code, then what is amiss. */
export function lookingResult<Database extends Output['databases'][number]>(
  command: string,
  { settings, terminal }: Pick<CommandContext<unknown>, 'settings' | 'terminal'>,
  { looked, exitCodeOf, render }: Looking<Database>,
): CommandResult {
  const databases = looked.map(({ output }) => output)
  const failed = looked.find(({ error }) => error !== undefined)?.error
  const amiss = databases.filter((database) => exitCodeOf(database) !== 0)
  const [first] = amiss
  const exitCode = failed?.exitCode ?? (first === undefined ? 0 : exitCodeOf(first))
  const style = styleOf(terminal.color)
  const errors = looked.flatMap(({ output, error }) =>
    error === undefined ? [] : [renderError(error, { style, database: output.name })],
  )
  const shown = settings.quiet ? amiss : databases
  return {
    output: { ok: exitCode === 0, command, exitCode, databases },
    text: shown.length === 0 ? '' : render(shown),
    errorText: errors.join(''),
  }
}
