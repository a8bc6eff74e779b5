import type { MigrateError, Script } from '@whimbrel/core'

/**
 * True where an engine refused what rows hold, and other rows might have passed: a limit of the new rules, not a
 * mistake. A trigger that refuses is no such thing, because it would refuse every row; nor is a new column that may not
 * be NULL and has no default.
 */
export function isAboutValues(error: MigrateError, script: Script): boolean {
  const { code, details } = error
  const { engineCode } = details
  if (code === 'FOREIGN_KEYS_VIOLATED') return true
  if (typeof engineCode === 'number') return mysqlRules.has(engineCode)
  if (typeof engineCode !== 'string') return false
  if (engineCode === '23502' && addsColumn(textOf(script, details.statement))) return false
  // SQLSTATE 23 is that of every constraint.
  return /CONSTRAINT(?!_TRIGGER)|^23...$/.test(engineCode)
}

function textOf({ sql, statements }: Script, number: unknown): string {
  const statement = typeof number === 'number' ? statements[number - 1] : undefined
  return statement === undefined ? '' : sql.slice(statement.start, statement.end)
}

function addsColumn(statement: string): boolean {
  return /\badd\b/i.test(statement) && !/\bset\s+not\s+null\b/i.test(statement)
}

/** Numbers with which MySQL and MariaDB refuse a value: NULL, duplicates, keys, checks, ranges, lengths, formats. */
const mysqlRules: ReadonlySet<number> = new Set([
  1048, 1062, 1138, 1264, 1265, 1292, 1366, 1406, 1451, 1452, 1586, 3819, 4025,
])
