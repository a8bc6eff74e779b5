import type { MigrateError } from '@whimbrel/core'

/**
 * True where an engine refused what rows hold, and other rows might have passed: a limit of the new rules, not a
 * mistake. A trigger that refuses is no such thing, because it would refuse every row.
 */
export function isAboutValues({ code, details: { engineCode } }: MigrateError): boolean {
  if (code === 'FOREIGN_KEYS_VIOLATED') return true
  return typeof engineCode === 'string' && /CONSTRAINT(?!_TRIGGER)/.test(engineCode)
}
