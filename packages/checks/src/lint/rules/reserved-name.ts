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
    const isNew = (table: string, column: string) =>
      !objectOf(before, 'table', table)?.columns.some(({ name }) => name === column)
    return after.objects.flatMap(({ kind, name, columns }): Verdict[] => {
      if (kind !== 'table') return []
      const names = [
        ...(objectOf(before, kind, name) === undefined ? [name] : []),
        ...columns.map((column) => column.name).filter((column) => isNew(name, column)),
      ]
      return names
        .filter((word) => reserved.has(word.toUpperCase()))
        .map((word) => ({
          message:
            word === name
              ? `The table ${word} is named by a keyword`
              : `The column ${word} of ${name} is named by a keyword`,
          statement: statements.findLast(({ tokens }) => tokens.some(({ value }) => value === word)),
        }))
    })
  },
}
