import type { TestContext } from 'vitest'
import { run } from './command-line.ts'

/** Leaves a test out where system calls cannot be made to fail, and says why. */
export async function needsStrace({ skip }: TestContext): Promise<void> {
  const tried = await run(['strace', '-f', '-qq', '-e', 'inject=fsync:error=EIO', 'true']).catch(
    (error: Error) => error,
  )
  if (tried instanceof Error) skip(`strace cannot be run: ${tried.message}`)
  else if (tried.exitCode !== 0) skip(`strace may not be used here: ${tried.stderr}`)
}

/** `points` numbers from 1 to `last`, evenly spread, with both ends. */
export function spread(last: number, points: number): readonly number[] {
  if (last <= points) return Array.from({ length: last }, (_, index) => index + 1)
  return Array.from({ length: points }, (_, index) => 1 + Math.round((index * (last - 1)) / (points - 1)))
}
