import { MigrateError } from '../migrate-error.ts'
import type { Lock, LockOptions, LockOwner } from './driver.ts'

/** Who has a lock. */
export interface LockHolder {
  /** What it wrote down of itself; undefined where nobody may read it. */
  readonly owner: LockOwner | undefined
  /** What the server knows of it, as the end of a sentence: `backend 7 of "app" as ann`. */
  readonly server?: string
  /** The same, for `details`. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** One place where only one may be at a time. */
export interface Lockable {
  /** What is locked, as shown to people. */
  readonly location: string
  /** Who has it where nobody knows: `another process`. */
  readonly anybody: string
  /** What happens to a lock that nobody gives back, as the end of a hint: `the lock goes with its connection`. */
  readonly fate: string
  /** The lock, or undefined while somebody else has it. */
  attempt(): Promise<Lock | undefined>
  /** Who has it, as far as it is known. */
  holder(): Promise<LockHolder | undefined>
}

const SHORTEST_PAUSE_MS = 10

/**
 * Asks again and again until the lock is free, with pauses of up to `longestPauseMs`. Throws LOCK_TIMEOUT, naming the
 * holder, and INTERRUPTED.
 */
export async function waitForLock(
  lockable: Lockable,
  { timeoutMs, onWait, signal, longestPauseMs = 200 }: LockOptions & { readonly longestPauseMs?: number },
): Promise<Lock> {
  const started = performance.now()
  for (let round = 0; ; round += 1) {
    if (signal?.aborted) throw interrupted(lockable)
    const lock = await lockable.attempt()
    if (lock !== undefined) return lock
    const waited = performance.now() - started
    if (waited >= timeoutMs) throw await lockTimeout(lockable, waited)
    if (round === 0) onWait?.((await lockable.holder())?.owner)
    await pause(Math.min(longestAt(round, longestPauseMs) * (0.5 + Math.random() / 2), timeoutMs - waited))
  }
}

function longestAt(round: number, longestPauseMs: number): number {
  return Math.min(SHORTEST_PAUSE_MS * 2 ** round, longestPauseMs)
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

async function lockTimeout(lockable: Lockable, waitedMs: number): Promise<MigrateError> {
  const { location, anybody, fate } = lockable
  const holder = await lockable.holder()
  const who = holder === undefined ? anybody : describe(holder, anybody)
  const waited = `waited ${Math.round(waitedMs)} ms`
  return new MigrateError('LOCK_TIMEOUT', `${location} is being migrated by ${who}; ${waited}`, {
    hint: `Wait for it to finish or end that process, then run this again; ${fate}`,
    details: { holder: holder?.owner, waitedMs, ...holder?.details },
  })
}

function describe({ owner, server }: LockHolder, anybody: string): string {
  if (owner === undefined) return server ?? anybody
  const { host, pid, command, since } = owner
  const more = server === undefined ? '' : `; ${server}`
  return `"${command}" (process ${pid} on ${host}, since ${since}, ${ago(since)}${more})`
}

function ago(since: string): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000))
  if (Number.isNaN(seconds)) return 'start unknown'
  if (seconds < 120) return `${seconds} s ago`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`
}

function interrupted({ location }: Lockable): MigrateError {
  return new MigrateError(
    'INTERRUPTED',
    `Stopped while waiting for the lock of ${location}: nothing was changed`,
    { hint: 'Run the same command again' },
  )
}
