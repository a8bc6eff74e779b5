import type { DatabaseEntry } from '@whimbrel/manifest'
import { openDatabase, sqliteDriver } from '@whimbrel/sqlite-driver'
import { checkCurrent } from '@whimbrel/version-tracker'
import type BetterSqlite3 from 'better-sqlite3'
import { type Look, nameOf } from './look.ts'
import { naming } from './naming.ts'
import type { Product } from './product.ts'

/** A better-sqlite3 handle. */
export type Handle = BetterSqlite3.Database

/** The handles that a call has opened so far: all of them are given away, or none. */
export class Handles {
  readonly #handles = new Map<string, Handle>()

  /** Opens a database in memory before its migrations, which run in this handle; leaves any other alone. */
  async inMemory({ name, path, pragmas }: DatabaseEntry): Promise<Handle | undefined> {
    if (path !== ':memory:') return undefined
    const handle = await openDatabase(path, { pragmas })
    this.#handles.set(name, handle)
    return handle
  }

  /** Opens a migrated database with its pragmas. Throws the DATABASE_… codes. */
  async open({ database }: Look, product: Product): Promise<Handle> {
    const { name, path, pragmas } = database
    const handle =
      this.#handles.get(name) ??
      (await naming(database, product, () => openDatabase(path as string, { pragmas })))
    this.#handles.set(name, handle)
    return handle
  }

  byName(): Readonly<Record<string, Handle>> {
    return Object.fromEntries(this.#handles)
  }

  /** The one that is open where the call was about one database. */
  only(): Handle {
    const [handle] = this.#handles.values()
    return handle as Handle
  }

  /** Also after some of them were closed by their owner. */
  close(): void {
    for (const handle of this.#handles.values()) if (handle.open) handle.close()
  }
}

/**
 * Makes sure that an open database is where this application needs it. Throws IN_DOUBT, DATABASE_AHEAD and PENDING, which
 * name it.
 */
export function checkHandle(
  handle: Handle,
  { look, product }: { readonly look: Look; readonly product: Product },
): Promise<void> {
  const { database, wanted } = look
  return naming(database, product, async () => {
    const session = await sqliteDriver({ handle }).session('read')
    try {
      checkCurrent(await database.tracker.applied(session), {
        available: wanted.map(nameOf),
        name: database.name,
      })
    } finally {
      await session.close()
    }
  })
}
