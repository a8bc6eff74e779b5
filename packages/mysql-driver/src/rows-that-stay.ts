import { MigrateError } from '@whimbrel/core'
import type { Connection } from './connection.ts'

/** The server's warning where it rolled back and could not undo everything. */
const NOT_UNDONE = 1196

/** The same error, behind a rollback that has left rows: tables of MyISAM, Aria and the like undo nothing. */
export async function withRowsThatStay(connection: Connection, error: unknown): Promise<unknown> {
  if (connection.warnings === 0 || !MigrateError.is(error) || error.details.notUndone === true) return error
  const warnings = await connection.run<{ Code: number }>('SHOW WARNINGS')
  if (!warnings.some(({ Code }) => Code === NOT_UNDONE)) return error
  const { code, message, details, hint, cause } = error
  const what = 'what it changed in tables without transactions (MyISAM, Aria) stays'
  return new MigrateError(code, `${message}; ${what}`, {
    hint: `Take that back by hand, and make such tables ENGINE = InnoDB; then: ${hint}`,
    details: { ...details, notUndone: true },
    cause,
  })
}
