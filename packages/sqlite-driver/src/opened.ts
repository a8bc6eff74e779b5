import type BetterSqlite3 from 'better-sqlite3'
import { Connection } from './connection.ts'
import type { DatabaseFile } from './database-file.ts'
import { borrowHandle } from './given-handle.ts'
import { openForReading, type ReadingOptions } from './open-for-reading.ts'
import { openForWriting, type WritingOptions } from './open-for-writing.ts'
import type { Place } from './place.ts'
import { readPragma, setPragma } from './pragmas.ts'
import { secondLook } from './second-look.ts'

/** A connection with all that a session has to know of where it came from. */
export interface Opened {
  readonly connection: Connection
  /** Foreign keys are enforced outside of transactions. */
  readonly foreignKeys: boolean
  /** Throws DATABASE_REPLACED where the file is not the one that was opened. */
  readonly checkFile: () => void
  /** Closes the connection, or gives it back to its owner. */
  readonly onClose: () => void
}

export function openedForReading(file: DatabaseFile, options: ReadingOptions): Opened {
  const { handle, dispose } = openForReading(file, options)
  const lookAgain = () => secondLook(file, options)
  return {
    connection: new Connection(handle, {
      place: file,
      readOnly: true,
      busyTimeoutMs: options.busyTimeoutMs,
      lookAgain,
    }),
    foreignKeys: readPragma(handle, 'foreign_keys') === 1,
    checkFile: () => {},
    onClose: dispose,
  }
}

export async function openedForWriting(file: DatabaseFile, options: WritingOptions): Promise<Opened> {
  const { handle, identity } = await openForWriting(file, options)
  // A run that was reported has to survive a loss of power, which NORMAL does not promise in WAL mode.
  setPragma(handle, 'synchronous', 'EXTRA')
  const lookAgain = () => secondLook(file, options)
  return {
    connection: new Connection(handle, {
      place: file,
      readOnly: false,
      busyTimeoutMs: options.busyTimeoutMs,
      lookAgain,
    }),
    foreignKeys: readPragma(handle, 'foreign_keys') === 1,
    checkFile: () => file.checkIdentity(identity),
    onClose: () => {
      handle.close()
      file.checkIdentity(identity)
    },
  }
}

export interface OutlivingOptions {
  readonly mode: 'read' | 'write'
  /** The file of the handle, where it has one. */
  readonly file: DatabaseFile | undefined
  readonly location: string
  readonly busyTimeoutMs: number
}

/** A connection over a handle that outlives the session. */
export function openedFromHandle(handle: BetterSqlite3.Database, options: OutlivingOptions): Opened {
  const { mode, file, location } = options
  const place: Place = file ?? { location, path: undefined }
  const { foreignKeys, giveBack } = borrowHandle(handle, { ...options, place })
  const identity = file?.identity()
  return {
    connection: new Connection(handle, {
      place,
      readOnly: mode === 'read',
      busyTimeoutMs: options.busyTimeoutMs,
    }),
    foreignKeys,
    checkFile: () => file?.checkIdentity(identity),
    onClose: giveBack,
  }
}
