import { MigrateError, suggest } from '@whimbrel/core'
import type { KnownDatabase } from './known-database.ts'

interface NamesAsked {
  readonly databases?: readonly string[] | undefined
  readonly limits?: ReadonlyMap<string, unknown> | undefined
}

/**
 * The names of the databases that a request is about. Throws DATABASE_UNKNOWN for a name that no database has, and
 * USAGE where two databases have the same.
 */
export function checkNames(
  databases: readonly Pick<KnownDatabase, 'name'>[],
  { databases: asked, limits }: NamesAsked,
): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { name } of databases) {
    if (names.has(name)) throw twice(name)
    names.add(name)
  }
  for (const name of [...(asked ?? []), ...(limits?.keys() ?? [])]) {
    if (!names.has(name)) throw unknown(name, [...names])
  }
  return asked === undefined ? names : new Set(asked)
}

function twice(name: string): MigrateError {
  return new MigrateError('USAGE', `Two databases of the release are called ${name}`, {
    hint: 'Give every database a name of its own: dependencies call it by that',
    details: { database: name },
  })
}

function unknown(name: string, names: readonly string[]): MigrateError {
  const nearest = suggest(name, names)
  return new MigrateError('DATABASE_UNKNOWN', `There is no database "${name}"`, {
    hint: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}Known: ${names.join(', ')}`,
    details: { database: name },
  })
}
