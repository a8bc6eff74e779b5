import type { LintRule, Verdict } from '../lint-rule.ts'
import { objectOf } from '../rehearsed-migration.ts'

/** Keywords of SQLite that are no name without quotation marks. */
const reserved = new Set(
  `ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE
  DISTINCT DROP ELSE ESCAPE EXCEPT EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTERSECT INTO IS ISNULL JOIN
  LIMIT NOT NOTHING NOTNULL NULL ON OR ORDER PRIMARY REFERENCES RETURNING SELECT SET TABLE THEN TO TRANSACTION UNION
  UNIQUE UPDATE USING VALUES WHEN WHERE`.split(/\s+/),
)

export const reservedName: LintRule = {
  code: 'RESERVED_NAME',
  title: 'A name is a keyword',
  level: 'note',
  harm: 'Every query has to quote it from now on, and the first that does not fails.',
  hint: 'Choose a name that is no keyword: orders for order, position for index',
  finished({ statements, before, after }) {
    const named = new Set(statements.flatMap(({ tokens }) => tokens.map(({ value }) => value.toLowerCase())))
    const tables = after.objects.filter(({ kind, name }) => kind === 'table' && named.has(name.toLowerCase()))
    return tables.flatMap((table): Verdict[] => {
      const old = objectOf(before, 'table', table.name)
      const columns = table.columns.filter(({ name }) => !old?.columns.some((column) => column.name === name))
      const words = [...(old === undefined ? [table.name] : []), ...columns.map(({ name }) => name)]
      return words.filter(isReserved).map((word) => ({
        message: `${word} is a keyword${word === table.name ? '' : `, and a column of ${table.name}`}`,
        statement: statements.findLast(({ tokens }) => tokens.some(({ value }) => value === word)),
      }))
    })
  },
}

function isReserved(word: string): boolean {
  return reserved.has(word.toUpperCase())
}
