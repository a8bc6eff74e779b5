import { MigrateError } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import type { Place } from './place.ts'
import { readPragma, setPragma } from './pragmas.ts'

export interface BorrowOptions {
  readonly mode: 'read' | 'write'
  readonly place: Place
  readonly busyTimeoutMs: number
}

/** What a session needs to know of a handle that belongs to somebody else. */
export interface BorrowedHandle {
  readonly foreignKeys: boolean
  /** Puts its settings back. */
  readonly giveBack: () => void
}

/** Takes over a handle for one session. Throws USAGE where it cannot be used as it is. */
export function borrowHandle(handle: BetterSqlite3.Database, options: BorrowOptions): BorrowedHandle {
  checkHandle(handle, options)
  const busyTimeout = readPragma(handle, 'busy_timeout') ?? 0
  const synchronous = readPragma(handle, 'synchronous') ?? 2
  setPragma(handle, 'busy_timeout', options.busyTimeoutMs)
  // A run that was reported has to survive a loss of power.
  if (options.mode === 'write') setPragma(handle, 'synchronous', 'EXTRA')
  return {
    foreignKeys: readPragma(handle, 'foreign_keys') === 1,
    giveBack() {
      if (!handle.open) return
      setPragma(handle, 'busy_timeout', busyTimeout)
      if (options.mode === 'write') setPragma(handle, 'synchronous', synchronous)
    },
  }
}

function checkHandle(handle: BetterSqlite3.Database, { mode, place }: BorrowOptions): void {
  const refuse = (what: string, hint: string) =>
    new MigrateError('USAGE', `The handle given for ${place.location} ${what}`, { hint })
  if (!handle.open) throw refuse('is closed', 'Give an open one, and close it after the migrations')
  if (handle.inTransaction) throw refuse('is inside a transaction', 'Commit or roll back before migrating')
  if (mode === 'write' && handle.readonly) throw refuse('is read-only', 'Open it for writing')
}
