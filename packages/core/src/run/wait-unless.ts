import { isThenable } from './is-thenable.ts'

/** How often somebody who waits looks around, in milliseconds. */
const INTERVAL_MS = 50

/**
 * Waits for what may be a promise, and gives up with the error that `reason` returns. What it waits for cannot be
 * stopped: how that ends is nobody's business any more.
 */
export async function waitUnless(work: unknown, reason: () => Error | undefined): Promise<void> {
  if (!isThenable(work)) return
  let timer: ReturnType<typeof setInterval> | undefined
  const givenUp = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const error = reason()
      if (error === undefined) return
      clearInterval(timer)
      reject(error)
    }, INTERVAL_MS)
  })
  try {
    await Promise.race([work, givenUp])
  } finally {
    clearInterval(timer)
  }
}
