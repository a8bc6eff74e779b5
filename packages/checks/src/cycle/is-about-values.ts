import type { MigrateError } from '@whimbrel/core'

/**
 * True where an engine refused what rows hold, and other rows might have passed: a limit of the new rules, not a
 * mistake. A trigger that refuses is no such thing, because it would refuse every row.
 */
export function isAboutValues({ code, details: { engineCode } }: MigrateError): boolean {
  if (code === 'FOREIGN_KEYS_VIOLATED') return true
  if (typeof engineCode === 'number') return mysqlRules.has(engineCode)
  return typeof engineCode === 'string' && /CONSTRAINT(?!_TRIGGER)/.test(engineCode)
}

/** Numbers with which MySQL and MariaDB refuse a value: NULL, duplicates, keys, checks, ranges, lengths, formats. */
const mysqlRules: ReadonlySet<number> = new Set([
  1048, 1062, 1138, 1264, 1265, 1292, 1366, 1406, 1451, 1452, 1586, 3819, 4025,
])
