import { spawnSync } from 'node:child_process'
import type { TestContext } from 'vitest'

/** Why system calls cannot be made to fail here, undefined where they can; tried once for all tests of a file. */
const obstacle = (() => {
  const options = { encoding: 'utf8' } as const
  const tried = spawnSync('strace', ['-f', '-qq', '-e', 'inject=fsync:error=EIO', 'true'], options)
  if (tried.error !== undefined) return `strace cannot be run: ${tried.error.message}`
  return tried.status === 0 ? undefined : `strace may not be used here: ${tried.stderr}`
})()

/** Leaves a test out where system calls cannot be made to fail, and says why. */
export function needsStrace({ skip }: TestContext): void {
  if (obstacle !== undefined) skip(obstacle)
}

/**
 * How often a command that is left alone makes these calls, one or several with commas between them, by what strace
 * noted of it.
 */
export function countCalls(trace: string, calls: string): number {
  const made = calls.split(',').map((call) => `${call}(`)
  return trace.split('\n').filter((line) => made.some((start) => line.includes(start))).length
}

/** `points` numbers from 1 to `last`, evenly spread, with both ends. */
export function spread(last: number, points: number): readonly number[] {
  if (last <= points) return Array.from({ length: last }, (_, index) => index + 1)
  return Array.from({ length: points }, (_, index) => 1 + Math.round((index * (last - 1)) / (points - 1)))
}
