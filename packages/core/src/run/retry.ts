import { doubtful, planRetry, type RetryRequest } from '../plan/plan-retry.ts'
import type { Decide } from './decide.ts'
import type { RunOptions } from './look.ts'

/**
 * A retry as `run` and `plan` of a MigrationRunner take it: what to decide, and the one file that takes.
 *
 * ```ts
 * await runner.run(...retry({ id: '008' }))
 * ```
 */
export function retry(request: RetryRequest = {}): [decide: Decide, RunOptions] {
  return [
    (state) => planRetry(state, request),
    { only: (names) => [doubtful(names, request).version], begun: true },
  ]
}
