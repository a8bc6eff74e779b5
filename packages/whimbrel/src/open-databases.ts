import { usage } from '@whimbrel/core'
import { checkedOptions } from './checked-options.ts'
import type { Handle, Handles } from './handles.ts'
import { openProduct } from './open-product.ts'
import type { MigrateOptions } from './start-options.ts'
import type { StartReport } from './start-report.ts'

/** Open databases by name, and what was done to them first. */
export type OpenDatabases<Name extends string = string> = { readonly [Database in Name]: Handle } & {
  readonly report: StartReport
  /** Closes every handle that is still open. */
  close(): void
  [Symbol.dispose](): void
  [Symbol.asyncDispose](): Promise<void>
}

const reserved = ['report', 'close']

/**
 * The databases of an application, migrated, open and configured: one better-sqlite3 handle for each, with the pragmas of
 * the manifest set and read back. Resolves when every migration of every one of them is applied, waits for another
 * process that is doing it, and finishes a run that was interrupted. When anything fails it rejects with a MigrateError
 * that names the database and the migration (`details.database`, `details.migration`), and no handle and no lock stays.
 *
 * ```ts
 * const { settings, ontology } = await openDatabases({ databases: ['settings', 'ontology'] })
 * ```
 *
 * @throws USAGE before anything is done, for a misspelt option or a database that is on a server; DATABASE_UNKNOWN; DATABASE_AHEAD where the
 * application is older than a database; in the mode `check` PENDING, CHECKSUM_CHANGED, RUN_UNFINISHED; and all that a
 * manifest, a migration and a database can cause
 */
export async function openDatabases<const Known extends string = string, const Name extends Known = Known>(
  options: MigrateOptions<Name, Known> = {},
): Promise<OpenDatabases<Name>> {
  const checked = checkedOptions('openDatabases', options as MigrateOptions)
  const { handles, report } = await openProduct(checked, ({ selected }) =>
    refuseReserved(selected.map(({ name }) => name)),
  )
  return opened(handles, report) as OpenDatabases<Name>
}

function opened(handles: Handles, report: StartReport): OpenDatabases {
  const close = () => handles.close()
  const ends = { close, [Symbol.dispose]: close, [Symbol.asyncDispose]: async () => close() }
  return { ...handles.byName(), report, ...ends } as OpenDatabases
}

function refuseReserved(names: readonly string[]): void {
  const taken = names.find((name) => reserved.includes(name))
  if (taken === undefined) return
  throw usage(
    `The result of openDatabases has a "${taken}" of its own, so that it has no place for the database "${taken}"`,
    `Open it with openDatabase("${taken}"), and name the others in "databases"`,
  )
}
