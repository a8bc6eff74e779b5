import { type DatabaseSchema, MigrateError, type Session } from '@whimbrel/core'
import { quoted } from './quoted.ts'

/** A part of a schema that cannot be used as it is, although the engine accepted it. */
export interface SchemaProblem {
  /**
   * `missing-parent`: a foreign key to a table that is not there. `parent-key`: one to columns that are no key there.
   * `default`: a default that cannot be computed.
   */
  readonly kind: 'view' | 'trigger' | 'missing-parent' | 'parent-key' | 'default'
  readonly object: string
  /** The other table of a foreign key; empty for others. */
  readonly parent: string
  /** The engine's own words, where there are any. */
  readonly message: string
}

/** The part of the schema that is broken, as the subject of a sentence. */
export function partOf({ kind, object }: SchemaProblem): string {
  if (kind === 'view' || kind === 'trigger') return `The ${kind} ${object}`
  return kind === 'default' ? `A default of ${object}` : `A foreign key of ${object}`
}

const missingParents = `SELECT m.name AS child, k."table" AS parent
  FROM main.sqlite_schema AS m, pragma_foreign_key_list(m.name, 'main') AS k
  WHERE m.type = 'table' AND NOT EXISTS (SELECT 1 FROM pragma_table_info(k."table", 'main'))
  GROUP BY 1, 2 ORDER BY 1, 2`

/**
 * Finds all of them, or those about objects that have or mention one of the names, in lower case. SQLite checks a
 * foreign key when it is used, and a default when a row is added.
 */
export async function schemaProblems(
  session: Session,
  { objects }: DatabaseSchema,
  names?: ReadonlySet<string>,
): Promise<readonly SchemaProblem[]> {
  if (names?.size === 0) return []
  const tables = objects.filter(
    ({ kind, storage, sql }) => kind === 'table' && storage === 'ordinary' && isAbout(sql, names),
  )
  const orphans = (await orphanKeys(session)).filter((problem) => isInScope(problem, names))
  const problems = [...(await compileProblems(session, names)), ...orphans]
  for (const { name, sql, columns } of tables) {
    if (/\breferences\b/i.test(sql)) problems.push(...(await parentKeyProblem(session, name)))
    if (columns.some(({ default: value }) => value?.includes('(')))
      problems.push(...(await defaultProblem(session, name)))
  }
  return problems
}

/** True for a problem that is looked for again where these names are looked at. */
export function isInScope({ object, parent, message }: SchemaProblem, names?: ReadonlySet<string>): boolean {
  return isAbout(`${object} ${parent} ${message}`, names)
}

function isAbout(text: string, names: ReadonlySet<string> | undefined): boolean {
  if (names === undefined) return true
  const words = text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []
  return words.some((word) => names.has(word))
}

async function compileProblems(
  { inspector }: Session,
  names: ReadonlySet<string> | undefined,
): Promise<SchemaProblem[]> {
  const problems = (await inspector?.verify({ rows: 'none', ...(names && { names }) })) ?? []
  return problems.flatMap(({ kind, object, message }) =>
    kind === 'view' || kind === 'trigger' ? [{ kind, object, parent: '', message }] : [],
  )
}

async function orphanKeys(session: Session): Promise<SchemaProblem[]> {
  const rows = await session.query<{ child: string; parent: string }>(missingParents)
  return rows.map(({ child, parent }) => ({ kind: 'missing-parent', object: child, parent, message: '' }))
}

async function parentKeyProblem(session: Session, table: string): Promise<SchemaProblem[]> {
  const message = await refusalOf(
    session,
    `SELECT count(*) FROM pragma_foreign_key_check('${text(table)}', 'main')`,
  )
  const parent = /^foreign key mismatch - ".*" referencing "(.*)"$/.exec(message)?.[1]
  return parent === undefined ? [] : [{ kind: 'parent-key', object: table, parent, message }]
}

async function defaultProblem(session: Session, table: string): Promise<SchemaProblem[]> {
  const message = await refusalOf(session, `EXPLAIN INSERT INTO main.${quoted(table)} DEFAULT VALUES`)
  if (!/^unknown function: /.test(message)) return []
  return [{ kind: 'default', object: table, parent: '', message }]
}

/** The engine's words about a query that only reads; empty where it has none. */
async function refusalOf(session: Session, sql: string): Promise<string> {
  try {
    await session.query(sql)
    return ''
  } catch (error) {
    if (MigrateError.is(error)) return error.message
    throw error
  }
}

function text(value: string): string {
  return value.replaceAll("'", "''")
}
