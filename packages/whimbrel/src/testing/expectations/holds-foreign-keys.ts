import { handleOf, type TestedDatabase } from '../tested-database.ts'
import type { Verdict } from './verdict.ts'

const violations = `SELECT "table" AS child, parent, count(*) AS rows FROM pragma_foreign_key_check
  GROUP BY "table", parent ORDER BY "table", parent`

/** Whether every row has the parents that it refers to, enforced or not. */
export function holdsForeignKeys(database: TestedDatabase): Verdict {
  const found = violationsIn(database)
  return {
    holds: found.length === 0,
    unmet: `There are rows without a parent: ${found.join(', ')}`,
    met: 'All foreign keys hold',
  }
}

function violationsIn(database: TestedDatabase): readonly string[] {
  try {
    const rows = handleOf(database).prepare(violations).all() as {
      child: string
      parent: string
      rows: number
    }[]
    return rows.map(({ child, parent, rows: count }) => `${count} of ${child} (parent ${parent})`)
  } catch (error) {
    // A parent without a unique key for them: no row can have it.
    if (/foreign key mismatch/.test((error as Error).message)) return [(error as Error).message]
    throw error
  }
}
