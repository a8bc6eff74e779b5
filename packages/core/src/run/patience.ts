import { MigrateError } from '../migrate-error.ts'
import type { StopSignal } from '../ports/driver.ts'

const SHORTEST_MS = 100
const LONGEST_MS = 2_000

export interface Waiting {
  /** How many tries have failed, from 1. */
  readonly tries: number
  /** How long all of them took together with the pauses between them, in milliseconds. */
  readonly waitedMs: number
  /** How long it may take in all, in milliseconds. */
  readonly limitMs: number
  /** From 0 to below 1: two processes that were turned away together do not come back together. */
  readonly chance: number
}

/** How long to pause before the next try, in milliseconds; undefined where it is time to give up. */
export function pauseBefore({ tries, waitedMs, limitMs, chance }: Waiting): number | undefined {
  if (waitedMs >= limitMs) return undefined
  const longest = Math.min(SHORTEST_MS * 2 ** (tries - 1), LONGEST_MS)
  return Math.min(longest * (0.5 + chance / 2), limitMs - waitedMs)
}

export interface Patience {
  /** In milliseconds; undefined where the engine waits by itself. */
  readonly limitMs: number | undefined
  readonly signal?: StopSignal | undefined
  /** Told before each pause. */
  readonly onPause?: (error: MigrateError, pauseMs: number) => void
}

/**
 * Does `work` again while it fails because others hold what it needs: errors with `details.transient`. What it did
 * before must be undone when it rejects. At the end of the patience the last error says how long was waited.
 */
export async function patiently<T>(
  work: () => Promise<T>,
  { limitMs, signal, onPause }: Patience,
): Promise<T> {
  const started = performance.now()
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (limitMs === undefined || !isTransient(error)) throw error
      const waitedMs = performance.now() - started
      const pause = pauseBefore({ tries, waitedMs, limitMs, chance: Math.random() })
      if (pause === undefined || signal?.aborted) throw givenUp(error, { tries, waitedMs })
      onPause?.(error, pause)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

function isTransient(error: unknown): error is MigrateError {
  return MigrateError.is(error) && error.details.transient === true
}

function givenUp(
  error: MigrateError,
  { tries, waitedMs }: { readonly tries: number; readonly waitedMs: number },
): MigrateError {
  const { code, message, hint, details } = error
  const times = tries === 1 ? 'once' : `${tries} times`
  const waited = `tried ${times} in ${(waitedMs / 1000).toFixed(1)} s`
  return new MigrateError(code, `${message}; ${waited}`, {
    hint,
    details: { ...details, tries, waitedMs },
    cause: error,
  })
}
