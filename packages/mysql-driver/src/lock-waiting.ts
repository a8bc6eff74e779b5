import { setTimeout as sleep } from 'node:timers/promises'
import { type Lock, type LockOptions, type LockOwner, MigrateError } from '@whimbrel/core'

/** Who has a lock, as the server knows it. */
export interface LockHolder {
  /** Number of its connection. */
  readonly connection: number
  /** Where it connected from, empty where this user may not know. */
  readonly address: string
  /** The user of the server that it connected as. */
  readonly user: string
  /** What it wrote down of itself; undefined where this user may not read it. */
  readonly owner: LockOwner | undefined
}

/** One place where only one may be at a time. */
export interface Lockable {
  /** What is locked, as shown to people. */
  readonly location: string
  /** The lock, or undefined while somebody else has it. */
  attempt(): Promise<Lock | undefined>
  /** Who has it, as far as it is known. */
  holder(): Promise<LockHolder | undefined>
}

const SHORTEST_PAUSE = 10
const LONGEST_PAUSE = 200

/** Asks again and again until the lock is free. Throws LOCK_TIMEOUT, naming the holder, and INTERRUPTED. */
export async function waitForLock(
  lockable: Lockable,
  { timeoutMs, onWait, signal }: LockOptions,
): Promise<Lock> {
  const started = performance.now()
  for (let round = 0; ; round += 1) {
    if (signal?.aborted) throw interrupted(lockable)
    const lock = await lockable.attempt()
    if (lock !== undefined) return lock
    const waited = performance.now() - started
    if (waited >= timeoutMs) throw await lockTimeout(lockable, waited)
    if (round === 0) onWait?.((await lockable.holder())?.owner)
    await sleep(Math.min(pause(round), timeoutMs - waited))
  }
}

/** Grows, and is never the same for two processes that were started together. */
function pause(round: number): number {
  const longest = Math.min(SHORTEST_PAUSE * 2 ** round, LONGEST_PAUSE)
  return longest * (0.5 + Math.random() / 2)
}

async function lockTimeout(lockable: Lockable, waitedMs: number): Promise<MigrateError> {
  const holder = await lockable.holder()
  const who = holder === undefined ? 'another connection' : describe(holder)
  const waited = `waited ${Math.round(waitedMs)} ms`
  return new MigrateError('LOCK_TIMEOUT', `${lockable.location} is being migrated by ${who}; ${waited}`, {
    hint: 'Wait for it to finish or end that process, then run this again; the lock goes with its connection',
    details: {
      holder: holder?.owner,
      connection: holder?.connection,
      address: holder?.address,
      waitedMs,
    },
  })
}

function describe({ connection, address, user, owner }: LockHolder): string {
  const server = `connection ${connection}${user === '' ? '' : ` of ${user} from ${address}`}`
  if (owner === undefined) return server
  const { host, pid, command, since } = owner
  return `"${command}" (process ${pid} on ${host}, since ${since}, ${ago(since)}; ${server})`
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
