import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'

/** A path where a database file can be made, in a directory of its own. */
export interface TemporaryDatabase extends TemporaryDirectory {
  /** Absolute path of the database file; there is no file yet. */
  readonly database: string
}

/** Makes room for a database file; its -wal, -shm and .lock files go with it when it is removed. */
export async function temporaryDatabase(name = 'database.db'): Promise<TemporaryDatabase> {
  const directory = await temporaryDirectory()
  return { ...directory, database: directory.file(name) }
}
