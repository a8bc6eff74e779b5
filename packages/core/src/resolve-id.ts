import { MigrateError } from './migrate-error.ts'
import { suggest } from './suggest.ts'

const SHORTEST_NUMERIC_PREFIX = 4
const LONGEST_LIST = 8

/**
 * The migration that a person means by its full id, its version (leading zeros do not matter) or an unambiguous
 * beginning of its id. Digits alone are a version; as the beginning of a time stamp they count from four digits
 * on, so that `4` never means `40_x`. Throws MIGRATION_UNKNOWN and MIGRATION_AMBIGUOUS.
 */
export function resolveId<T extends { readonly id: string; readonly version: string }>(
  query: string,
  migrations: readonly T[],
): T {
  const byId = migrations.find((migration) => migration.id === query)
  if (byId !== undefined) return byId
  const digitsOnly = /^\d+$/.test(query)
  if (digitsOnly) {
    const version = query.replace(/^0+(?=\d)/, '')
    const byVersion = migrations.find((migration) => migration.version === version)
    if (byVersion !== undefined) return byVersion
  }
  const mayBePrefix = query !== '' && (!digitsOnly || query.length >= SHORTEST_NUMERIC_PREFIX)
  const matches = mayBePrefix ? migrations.filter((migration) => migration.id.startsWith(query)) : []
  const [match, second] = matches
  if (match === undefined) throw unknown(query, migrations)
  if (second !== undefined) throw ambiguous(query, matches)
  return match
}

function unknown(query: string, migrations: readonly { readonly id: string }[]): MigrateError {
  const ids = migrations.map((migration) => migration.id)
  const nearest = suggest(query, ids)
  const hint =
    ids.length === 0
      ? 'There are no migrations to choose from. Check which database and which folder were meant'
      : nearest === undefined
        ? `Give an id, a version, or the beginning of an id. Known: ${list(ids)}`
        : `Did you mean ${nearest}? Known: ${list(ids)}`
  return new MigrateError('MIGRATION_UNKNOWN', `There is no migration "${query}"`, {
    hint,
    details: { migration: query },
  })
}

function ambiguous(query: string, matches: readonly { readonly id: string }[]): MigrateError {
  const ids = matches.map((migration) => migration.id)
  return new MigrateError('MIGRATION_AMBIGUOUS', `"${query}" is the beginning of ${ids.length} migrations`, {
    hint: `Write more of the id. It could be ${list(ids)}`,
    details: { migration: query, matches: ids },
  })
}

/** The last ones are the ones that people mean. */
function list(ids: readonly string[]): string {
  const shown = ids.slice(-LONGEST_LIST).join(', ')
  return ids.length > LONGEST_LIST ? `… ${shown}` : shown
}
