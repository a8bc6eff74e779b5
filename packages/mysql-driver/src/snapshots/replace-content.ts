import { MigrateError } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { readSchemaHash } from '../inspection/read-content.ts'
import { markRestore, unmarkRestore } from '../restore-marker.ts'
import { type DatabaseObject, databaseObjects, nameIn, type ObjectKind } from './database-objects.ts'
import { untilFree, type Waiting } from './until-free.ts'

export interface Replacement {
  /** In the live database. */
  readonly connection: Connection
  readonly live: string
  /** Holds what is to take its place, and is of no use afterwards. */
  readonly fresh: string
  /** Empty; gets what was there. */
  readonly old: string
  /** The file that is restored. */
  readonly path: string
  /** Hash of the schema that has to be there in the end. */
  readonly schema: string
  /** For those who use its tables. */
  readonly waiting: Waiting
  /** A script that makes the triggers and events again that are there now. */
  readonly present: () => Promise<Buffer>
  /** Runs that script in the live database. */
  readonly putBack: (script: Buffer) => Promise<void>
  /** Makes triggers, routines, views and events of the file in the live database. */
  readonly define: () => Promise<void>
}

/**
 * Puts tables in the place of those that are there, all of them with one statement, and then what belongs to them. The
 * server commits each statement, so that a table says meanwhile that this goes on: whoever is killed in between leaves it.
 * Throws DATABASE_BUSY before anything is changed, and RESTORE_UNVERIFIED.
 */
export async function replaceContent(work: Replacement): Promise<void> {
  const { connection, live, fresh, old, path, schema } = work
  const [now, next] = [await databaseObjects(connection, live), await databaseObjects(connection, fresh)]
  await refuseReferences(connection, live)
  await seizeOnce(connection, live, { objects: now, waiting: work.waiting })
  // A table with triggers cannot move to another database.
  await drop(connection, fresh, { objects: next, kinds: ['VIEW', 'TRIGGER'] })
  const present = await work.present()
  await markRestore(connection, path)
  try {
    await drop(connection, live, { objects: now, kinds: ['EVENT', 'TRIGGER'] })
    const moves = [...movesOf(now, live, old), ...movesOf(next, fresh, live)]
    if (moves.length > 0) await connection.run(`RENAME TABLE ${moves.join(', ')}`)
  } catch (error) {
    await work.putBack(present)
    await unmarkRestore(connection)
    throw error
  }
  await drop(connection, live, { objects: now, kinds: ['VIEW', 'FUNCTION', 'PROCEDURE', 'PACKAGE'] })
  await work.define()
  if ((await readSchemaHash(connection)) !== schema) throw unlike(connection, path)
  await unmarkRestore(connection)
}

/** Waits until nobody is at a table, so that what follows need not. */
async function seizeOnce(
  connection: Connection,
  live: string,
  { objects, waiting }: { objects: readonly DatabaseObject[]; waiting: Waiting },
): Promise<void> {
  const tables = objects.filter(({ kind }) => kind === 'TABLE')
  if (tables.length === 0) return
  const names = tables.map((table) => `${nameIn(live, table)} WRITE`).join(', ')
  await untilFree(connection, `LOCK TABLES ${names}`, waiting)
  await connection.run('UNLOCK TABLES')
}

async function drop(
  connection: Connection,
  database: string,
  { objects, kinds }: { objects: readonly DatabaseObject[]; kinds: readonly ObjectKind[] },
): Promise<void> {
  for (const object of objects) {
    if (kinds.includes(object.kind))
      await connection.run(`DROP ${object.kind} IF EXISTS ${nameIn(database, object)}`)
  }
}

function movesOf(objects: readonly DatabaseObject[], from: string, to: string): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'TABLE' || kind === 'SEQUENCE')
    .map((object) => `${nameIn(from, object)} TO ${nameIn(to, object)}`)
}

/** A foreign key from elsewhere would go with the table that it refers to. */
async function refuseReferences(connection: Connection, live: string): Promise<void> {
  const [row] = await connection.run<{ name: string }>(
    `SELECT concat(table_schema, '.', table_name) AS name FROM information_schema.key_column_usage
      WHERE referenced_table_schema = ? AND table_schema <> ? LIMIT 1`,
    [live, live],
  )
  if (row === undefined) return
  throw new MigrateError(
    'STATEMENT_FAILED',
    `${connection.place.location} cannot be replaced: the table ${row.name} of another database refers to it`,
    { hint: 'Drop that foreign key, restore, and make it again' },
  )
}

function unlike({ place }: Connection, path: string): MigrateError {
  return new MigrateError(
    'RESTORE_UNVERIFIED',
    `${path} was put in the place of ${place.location}, but then its schema is not the one of the backup`,
    { hint: 'Stop every program that changes it, then run the same restore again' },
  )
}
