import { replaced, type SqlPiece, sqlPieces } from './sql-pieces.ts'

/** The name of a database in front of another name. */
export interface Qualifier {
  readonly name: string
  /** Where it stands in the statement, with its dot and the space around that. */
  readonly start: number
  readonly end: number
}

/** Words that the name of a table, or of something else in a database, follows. */
const inFront = new Set(
  (
    'CALL DELETE EVENT EXISTS FROM FUNCTION IGNORE INTO JOIN LIKE PROCEDURE QUICK REFERENCES REPLACE SEQUENCE ' +
    'STRAIGHT_JOIN TABLE TABLES TO TRIGGER TRUNCATE UPDATE VIEW'
  ).split(' '),
)

/** Statements in which a name with a dot in it names no column. */
const withoutColumns = new Set([
  'ALTER',
  'ANALYZE',
  'CHECK',
  'DROP',
  'OPTIMIZE',
  'RENAME',
  'REPAIR',
  'TRUNCATE',
])

/**
 * What may be the names of databases in a statement: those with another name behind a dot. In front of a column it may
 * be a table or an alias as well; then it counts unless it stands alone somewhere else in the statement.
 */
export function qualifiersIn(sql: string): readonly Qualifier[] {
  const all = sqlPieces(sql)
  const isDot = (at: number) => all[at]?.text === '.'
  const alone = new Set(
    all.flatMap(({ name }, at) =>
      name === undefined || isDot(at - 1) || isDot(at + 1) ? [] : [name.toLowerCase()],
    ),
  )
  return all.flatMap(({ name, start }, at): Qualifier[] => {
    const next = all[at + 2]
    if (name === undefined || !isDot(at + 1) || isDot(at - 1) || next === undefined) return []
    const isCertain = isDot(at + 3) || isTablePlace(all, at)
    return !isCertain && alone.has(name.toLowerCase()) ? [] : [{ name, start, end: next.start }]
  })
}

/** The statement without the name of one database in it. */
export function withoutQualifier(sql: string, database: string): string {
  const key = database.toLowerCase()
  if (!sql.toLowerCase().includes(key)) return sql
  const found = qualifiersIn(sql).filter(({ name }) => name.toLowerCase() === key)
  return replaced(
    sql,
    found.map(({ start, end }) => ({ start, end, text: '' })),
  )
}

function isTablePlace(all: readonly SqlPiece[], at: number): boolean {
  const before = all[at - 1]
  const verb = all[0]?.word ?? ''
  if (before?.word === 'ON') return verb === 'CREATE' || verb === 'DROP'
  return inFront.has(before?.word ?? '') || (before?.text === ',' && withoutColumns.has(verb))
}
