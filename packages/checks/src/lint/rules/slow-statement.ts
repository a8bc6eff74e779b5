import type { LintRule } from '../lint-rule.ts'
import type { LintStatement } from '../lint-statement.ts'
import type { RehearsedMigration } from '../rehearsed-migration.ts'

/** From how many rows on it is worth a word. */
const MANY_ROWS = 100_000

/** Seconds for a million rows on a small server: how long a writer waits. */
const COSTS = { index: 0.45, update: 0.35, drop: 0.2, copy: 0.45 } as const

export const slowStatement: LintRule = {
  code: 'SLOW_STATEMENT',
  title: 'A statement works on every row of a big table',
  level: 'note',
  harm: 'The database has one writer: everybody else who wants to write waits until the migration is committed.',
  hint: 'Run it when few write, raise busy_timeout of the application above the wait, or fill a new column in several small migrations',
  ran(statement, rehearsed) {
    const work = workOf(statement, rehearsed)
    if (work === undefined || work.rows < MANY_ROWS) return undefined
    const seconds = (work.rows / 1_000_000) * COSTS[work.kind]
    const wait =
      seconds < 1 ? `${Math.max(10, Math.round(seconds * 100) * 10)} ms` : `${seconds.toFixed(1)} s`
    return {
      message: `${work.table} has ${work.rows.toLocaleString('en')} rows: other writers wait about ${wait}`,
    }
  },
}

interface Work {
  readonly kind: keyof typeof COSTS
  readonly table: string
  readonly rows: number
}

function workOf({ action, tokens }: LintStatement, { liveRows }: RehearsedMigration): Work | undefined {
  const work = (kind: Work['kind'], table: string): Work => ({
    kind,
    table,
    rows: liveRows.get(table.toLowerCase()) ?? 0,
  })
  if (action.does === 'create' && action.kind === 'index') return work('index', action.on ?? '')
  if (action.does === 'update' && !action.where) return work('update', action.table)
  if (action.does === 'drop-column') return work('drop', action.table)
  if (action.does !== 'insert' || !action.selects) return undefined
  const sources = tokens.map(({ value }) => work('copy', value))
  return sources.sort((a, b) => b.rows - a.rows)[0]
}
