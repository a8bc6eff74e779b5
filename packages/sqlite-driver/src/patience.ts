import { setTimeout as sleep } from 'node:timers/promises'

/** Longest pause between two attempts, in milliseconds. */
const LONGEST_PAUSE = 50

export interface Patience {
  readonly timeoutMs: number
  /** True for an error after which waiting may help. */
  readonly worthWaiting: (error: unknown) => boolean
  /** What to throw when it took too long. */
  readonly givingUp: (error: unknown, waitedMs: number) => Error
}

/**
 * Tries until it works or the time is over, without holding up the event loop: the connection that is waited for may
 * belong to this very process.
 */
export async function patiently<T>(attempt: () => T | Promise<T>, patience: Patience): Promise<T> {
  const started = performance.now()
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await attempt()
    } catch (error) {
      if (!patience.worthWaiting(error)) throw error
      const waited = performance.now() - started
      if (waited >= patience.timeoutMs) throw patience.givingUp(error, waited)
      await sleep(Math.min(pause, patience.timeoutMs - waited))
    }
  }
}
