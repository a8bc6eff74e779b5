import { usage } from '@whimbrel/core'
import { checkedDatabaseOptions } from './checked-options.ts'
import type { Handle } from './handles.ts'
import { openProduct } from './open-product.ts'
import type { MigrateOptions } from './start-options.ts'

/** As for several databases, but that the name is the first argument. */
export type OpenDatabaseOptions = Omit<MigrateOptions, 'databases'>

/**
 * One database of an application, migrated, open and configured, as `openDatabases` gives them: a better-sqlite3 handle.
 * The name may be left out where there is only one, of a manifest or given by `url` and `migrations`.
 *
 * ```ts
 * const notes = await openDatabase({ url: 'sqlite:data/notes.db', migrations: 'migrations' })
 * ```
 *
 * @throws what `openDatabases` throws, and USAGE where there are several and none is named
 */
export function openDatabase(name: string, options?: OpenDatabaseOptions): Promise<Handle>
export function openDatabase(options?: OpenDatabaseOptions): Promise<Handle>
export async function openDatabase(
  first: string | OpenDatabaseOptions = {},
  second: OpenDatabaseOptions = {},
): Promise<Handle> {
  const [name, options] = typeof first === 'string' ? [first, second] : [undefined, first]
  const checked = checkedDatabaseOptions('openDatabase', { name, options })
  const { handles } = await openProduct(checked, ({ selected }) => {
    if (selected.length !== 1) throw severalDatabases(selected.map((database) => database.name))
  })
  return handles.only()
}

function severalDatabases(names: readonly string[]) {
  const [first = 'settings'] = names
  return usage(
    `The manifest has ${names.length} databases, and openDatabase is about one of them`,
    `Name it, openDatabase("${first}") for instance, or open several with openDatabases()`,
  )
}
