import type { IntegrityProblem, VerifyScope } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'

interface KeyRow {
  readonly name: string
  readonly child: string
  readonly column: string
  readonly parentSchema: string
  readonly parent: string
  readonly referenced: string
}

const keysSql = `SELECT k.constraint_name AS name, k.table_name AS child, k.column_name AS \`column\`,
    k.referenced_table_schema AS parentSchema, k.referenced_table_name AS parent, k.referenced_column_name AS referenced
  FROM information_schema.key_column_usage AS k
  WHERE k.table_schema = database() AND k.referenced_table_name IS NOT NULL
  ORDER BY k.table_name, k.constraint_name, k.ordinal_position`

/**
 * Foreign keys whose parent is gone, and where tables are named and their keys are asked for, rows without a parent:
 * both come only of a connection that has switched foreign keys off.
 */
export async function foreignKeyProblems(
  connection: Connection,
  { names, rows }: VerifyScope,
): Promise<readonly IntegrityProblem[]> {
  const problems: IntegrityProblem[] = []
  for (const key of grouped(await connection.run<KeyRow>(keysSql))) {
    const { child, parent } = key[0]
    if (names !== undefined && ![child, parent].some((name) => names.has(name.toLowerCase()))) continue
    if (!(await isThere(connection, key[0]))) {
      problems.push(problem(child, `its foreign key ${key[0].name} refers to ${parent}, which is not there`))
    } else if (names !== undefined && rows === 'keys') {
      const count = await orphans(connection, key)
      if (count > 0) {
        const number = count === 1 ? '1 row has' : `${count} rows have`
        problems.push(problem(child, `${number} no parent in ${parent}`))
      }
    }
  }
  return problems
}

async function isThere(connection: Connection, { parentSchema, parent }: KeyRow): Promise<boolean> {
  const sql = 'SELECT 1 AS found FROM information_schema.tables WHERE table_schema = ? AND table_name = ?'
  return (await connection.run(sql, [parentSchema, parent])).length > 0
}

type Key = readonly [KeyRow, ...KeyRow[]]

function grouped(rows: readonly KeyRow[]): readonly Key[] {
  const keys = new Map<string, [KeyRow, ...KeyRow[]]>()
  for (const row of rows) {
    const id = JSON.stringify([row.child, row.name])
    const known = keys.get(id)
    if (known === undefined) keys.set(id, [row])
    else known.push(row)
  }
  return [...keys.values()]
}

async function orphans(connection: Connection, key: Key): Promise<number> {
  const [{ child, parentSchema, parent }] = key
  const pairs = key.map(
    ({ column, referenced }) => `p.${quoteIdentifier(referenced)} = c.${quoteIdentifier(column)}`,
  )
  const filled = key.map(({ column }) => `c.${quoteIdentifier(column)} IS NOT NULL`)
  const [row] = await connection.run<{ count: number }>(
    `SELECT count(*) AS count FROM ${quoteIdentifier(child)} AS c
      WHERE ${filled.join(' AND ')} AND NOT EXISTS (SELECT 1
        FROM ${quoteIdentifier(parentSchema)}.${quoteIdentifier(parent)} AS p WHERE ${pairs.join(' AND ')})`,
  )
  return row?.count ?? 0
}

function problem(object: string, message: string): IntegrityProblem {
  return { kind: 'foreign-key', object, message }
}
