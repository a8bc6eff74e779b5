import { setTimeout as sleep } from 'node:timers/promises'
import { type Lock, type LockOptions, type LockOwner, MigrateError } from '@whimbrel/core'

/** One place where only one may be at a time. */
export interface Lockable {
  /** What is locked, as shown to people. */
  readonly location: string
  /** Where the lock is kept, for messages: a file or "this process". */
  readonly kept: string
  /** The lock, or undefined while somebody else has it. */
  attempt(): Lock | undefined
  /** Who has it, as far as it is known. */
  holder(): LockOwner | undefined
}

const SHORTEST_PAUSE = 10
const LONGEST_PAUSE = 100

/** Asks again and again until the lock is free. Throws LOCK_TIMEOUT, naming the holder, and INTERRUPTED. */
export async function waitForLock(
  lockable: Lockable,
  { timeoutMs, onWait, signal }: LockOptions,
): Promise<Lock> {
  const started = performance.now()
  for (let round = 0; ; round += 1) {
    if (signal?.aborted) throw interrupted(lockable)
    const lock = lockable.attempt()
    if (lock !== undefined) return lock
    const waited = performance.now() - started
    if (waited >= timeoutMs) throw lockTimeout(lockable, waited)
    if (round === 0) onWait?.(lockable.holder())
    await sleep(Math.min(pause(round), timeoutMs - waited))
  }
}

/** Grows, and is never the same for two processes that were started together. */
function pause(round: number): number {
  const longest = Math.min(SHORTEST_PAUSE * 2 ** round, LONGEST_PAUSE)
  return longest * (0.5 + Math.random() / 2)
}

function lockTimeout(lockable: Lockable, waitedMs: number): MigrateError {
  const holder = lockable.holder()
  const who = holder === undefined ? 'another process' : describe(holder)
  const waited = `waited ${Math.round(waitedMs)} ms`
  return new MigrateError('LOCK_TIMEOUT', `${lockable.location} is being migrated by ${who}; ${waited}`, {
    hint: `Wait for it to finish or end that process, then run this again; the lock is kept in ${lockable.kept} and goes with its process`,
    details: { holder, waitedMs, lock: lockable.kept },
  })
}

function describe({ host, pid, command, since }: LockOwner): string {
  return `"${command}" (process ${pid} on ${host}, since ${since}, ${ago(since)})`
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
    {
      hint: 'Run the same command again',
    },
  )
}
