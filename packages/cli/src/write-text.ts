import { writeSync } from 'node:fs'

/**
 * Writes to stdout (1) or stderr (2) at once, so that what is written to one and then to the other appears in this
 * order. A reader that went away, as in `| head -1`, is no reason to stop a migration half-way.
 */
export function textWriter(descriptor: 1 | 2): (text: string) => void {
  let isGone = false
  return (text) => {
    let rest: Uint8Array = Buffer.from(text)
    while (rest.length > 0 && !isGone) {
      try {
        rest = rest.subarray(writeSync(descriptor, rest))
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'EPIPE' && code !== 'EAGAIN') throw error
        isGone = code === 'EPIPE'
        // A full pipe: its reader needs a moment.
        if (!isGone) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
      }
    }
  }
}
