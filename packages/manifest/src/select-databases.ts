import { MigrateError, suggest } from '@whimbrel/core'
import { quote } from './json-node.ts'
import type { DatabaseEntry, Manifest } from './manifest.ts'

/**
 * The databases of these names in the order of the manifest, each once; all of them where no name is given.
 *
 * @throws DATABASE_UNKNOWN listing the known names
 */
export function selectDatabases(
  manifest: Pick<Manifest, 'databases'>,
  names: readonly string[],
): readonly DatabaseEntry[] {
  const known = manifest.databases.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownDatabase(unknown, known)
  return names.length === 0
    ? manifest.databases
    : manifest.databases.filter(({ name }) => names.includes(name))
}

function unknownDatabase(name: string, known: readonly string[]): MigrateError {
  const near = suggest(name, known)
  const question = near === undefined ? '' : `Did you mean ${quote(near)}? `
  return new MigrateError('DATABASE_UNKNOWN', `There is no database ${quote(name)} in the manifest`, {
    hint: `${question}Known: ${known.join(', ')}`,
    details: { database: name, known },
  })
}
