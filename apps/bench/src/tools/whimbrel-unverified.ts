import { rollback } from '@whimbrel/rollback-manager'
import type { BenchTool } from '../tool.ts'
import { tool as whimbrel, withRunner } from './whimbrel.ts'

/** whimbrel's rollback without its checks afterwards: the difference is what they cost. */
export const tool: BenchTool = {
  name: 'whimbrel-unverified',
  version: whimbrel.version,
  setup:
    'The packages without `rollbackVerifier()`, which the command always uses: shows what verification costs.',
  recordedSql: whimbrel.recordedSql,
  operations: ['rollback'],
  prepare: whimbrel.prepare,
  library: {
    apply: (place) => withRunner(place, {}, async (runner) => void (await runner.up())),
    rollback: (place, steps) =>
      withRunner(place, {}, async (runner) => void (await runner.run(...rollback({ steps })))),
  },
}
