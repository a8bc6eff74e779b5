import type { LintRule, Verdict } from '../lint-rule.ts'
import { objectOf, rebuiltTables } from '../rehearsed-migration.ts'

export const rebuildLosesSequence: LintRule = {
  code: 'REBUILD_LOSES_SEQUENCE',
  title: 'A table rebuild forgets which ids were given out',
  level: 'warning',
  harm: 'AUTOINCREMENT promises that the id of a deleted row is never used again. The number is kept in sqlite_sequence and goes with the old table; the new one goes on from the highest id that is left.',
  hint: "Carry it over in front of DROP TABLE: UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'old') WHERE name = 'new'",
  finished(rehearsed) {
    const { statements, after } = rehearsed
    const carries = statements.some(({ tokens }) =>
      tokens.some(({ value }) => value.toLowerCase() === 'sqlite_sequence'),
    )
    if (carries) return []
    return rebuiltTables(rehearsed).flatMap(({ table: { name, sql }, statement }): Verdict[] => {
      if (!counts(sql)) return []
      const kept = counts(objectOf(after, 'table', name)?.sql ?? '')
      const what = kept ? 'the highest id that was ever given out' : 'AUTOINCREMENT itself'
      return [{ statement, message: `The rebuild of ${name} loses ${what}: ids of deleted rows come back` }]
    })
  },
}

function counts(sql: string): boolean {
  return /\bautoincrement\b/i.test(sql)
}
