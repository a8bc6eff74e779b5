import type { Connection } from '../connection.ts'
import { sqlPieces } from '../sql-pieces.ts'

/** What a change to one thing can take rows from; names in lower case. */
export interface DeletingLink {
  /** A table, or a procedure or function that a script calls. */
  readonly from: string
  /** Tables, and whatever else a body names. */
  readonly to: readonly string[]
}

const cascadesSql = `SELECT DISTINCT lower(referenced_table_name) AS \`from\`, lower(table_name) AS \`to\`
  FROM information_schema.referential_constraints
  WHERE constraint_schema = database() AND delete_rule = 'CASCADE'`

const triggersSql = `SELECT lower(event_object_table) AS \`from\`, action_statement AS body
  FROM information_schema.triggers WHERE trigger_schema = database()`

const routinesSql = `SELECT lower(routine_name) AS \`from\`, coalesce(routine_definition, '') AS body
  FROM information_schema.routines WHERE routine_schema = database()`

interface BodyRow {
  readonly from: string
  readonly body: string
}

/** Foreign keys that delete children, and what triggers and routines name whose bodies may delete. */
export async function deletingLinks(
  connection: Connection,
  names: ReadonlySet<string>,
): Promise<readonly DeletingLink[]> {
  const cascades = await connection.run<{ from: string; to: string }>(cascadesSql)
  const triggers = await connection.run<BodyRow>(triggersSql)
  const bodies = [...triggers.filter(deletes)]
  const calls = triggers.some(({ body }) => /\bCALL\b/i.test(body))
  const routines = await connection.run<BodyRow>(routinesSql)
  if (calls || routines.some(({ from }) => names.has(from))) bodies.push(...routines.filter(deletes))
  return [
    ...cascades.map(({ from, to }) => ({ from, to: [to] })),
    ...bodies.map(({ from, body }) => ({ from, to: namesIn(body) })),
  ]
}

function deletes({ body }: BodyRow): boolean {
  return /\b(?:DELETE|REPLACE|CALL|TRUNCATE)\b/i.test(body)
}

function namesIn(body: string): readonly string[] {
  const names = sqlPieces(body).flatMap(({ name }) => (name === undefined ? [] : [name.toLowerCase()]))
  return [...new Set(names)]
}
