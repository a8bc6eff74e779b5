import { MigrateError, type Session } from '@whimbrel/core'
import type { LintStatement } from './lint-statement.ts'

/** Numbers with which a server of MySQL says that it cannot do it without a copy of the table. */
const needsCopy: ReadonlySet<unknown> = new Set([1845, 1846])

/**
 * Runs an ALTER TABLE of MySQL, and says whether it writes every row of the table anew: it is asked for without a copy
 * first. Throws what the statement throws.
 */
export async function copiesTable(session: Session, { sql, tokens }: LintStatement): Promise<boolean> {
  const says = (word: string) => tokens.some(({ text }) => text.toUpperCase() === word)
  if (says('ALGORITHM') || says('PARTITION')) {
    await session.execute(sql)
    return false
  }
  try {
    await session.execute(`${sql}, ALGORITHM = INPLACE`)
    return false
  } catch (error) {
    if (!MigrateError.is(error) || error.code === 'TRANSACTION_LOST') throw error
    await session.execute(sql)
    return needsCopy.has(error.details.engineCode)
  }
}
