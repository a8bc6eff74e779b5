import type { DatabaseSchema } from '@whimbrel/core'
import { Connection } from './connection.ts'
import type { Engine } from './engine.ts'
import { SqliteSession } from './sqlite-session.ts'

/** A database in memory with the given schema and no rows, gone when its session is closed. */
export function openScratch(
  engine: Engine,
  { like = { objects: [] }, onClose }: { like?: DatabaseSchema | undefined; onClose: () => void },
): SqliteSession {
  const handle = new engine(':memory:')
  const connection = new Connection(handle, {
    place: { location: 'a scratch database', path: undefined },
    readOnly: false,
    busyTimeoutMs: 0,
  })
  try {
    // Written as they stand: a trigger or view may name what comes later, or nothing that there is any longer.
    handle.exec('PRAGMA foreign_keys = 0')
    for (const { sql, storage } of like.objects) if (storage !== 'shadow') connection.raw(sql)
  } catch (error) {
    handle.close()
    throw connection.translate(error)
  }
  return new SqliteSession(connection, {
    busyTimeoutMs: 0,
    foreignKeys: false,
    checkFile: () => undefined,
    onClose: () => {
      handle.close()
      onClose()
    },
  })
}
