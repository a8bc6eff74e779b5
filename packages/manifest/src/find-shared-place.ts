import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatabaseEntry } from './manifest.ts'
import { realFolder } from './real-folder.ts'

/** Two databases of a manifest that are one in truth. */
export interface SharedPlace {
  readonly first: DatabaseEntry
  readonly second: DatabaseEntry
}

/** Pairs that would migrate the same file, or keep their records in the same table of the same server database. */
export function findSharedPlaces(databases: readonly DatabaseEntry[]): readonly SharedPlace[] {
  const seen = new Map<string, DatabaseEntry>()
  return databases.flatMap((second) => {
    const place = placeOf(second)
    const first = place === undefined ? undefined : seen.get(place)
    if (first !== undefined) return [{ first, second }]
    if (place !== undefined) seen.set(place, second)
    return []
  })
}

function placeOf(entry: DatabaseEntry): string | undefined {
  if (entry.path === undefined) return serverPlace(entry)
  // Every connection to :memory: is a database of its own.
  return entry.path === ':memory:' ? undefined : filePlace(entry.path)
}

/** Device and inode of a file that exists, so that links and other spellings count as the same. */
function filePlace(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    if (ino !== 0n) return `${dev}:${ino}`
  } catch {
    // Not there yet, or not to be looked at: its name has to do.
  }
  return join(realFolder(dirname(path)), basename(path))
}

// The password does not make another database; the user may, by its search path.
function serverPlace({ url, engine, table }: DatabaseEntry): string {
  const { hostname, port, pathname, username, search } = new URL(url)
  const defaultPort = engine === 'postgres' ? '5432' : '3306'
  const server = `${engine}://${username}@${hostname.toLowerCase()}:${port || defaultPort}`
  return JSON.stringify([server, pathname, search, table])
}
