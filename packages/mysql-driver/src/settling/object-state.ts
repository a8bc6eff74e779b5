import { MigrateError } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { engineNumber } from '../error-translation.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import type { ChangedObject, StatementEffect } from './statement-effect.ts'

/** What is to be seen of something: its definition, or that it is not there. */
export type ObjectState = string | null

/** Numbers with which the server says that there is no such thing. */
const absences: ReadonlySet<number> = new Set([1008, 1049, 1146, 1305, 1347, 1360, 1539, 4089, 4091])

/** The columns of SHOW CREATE that hold the text; what else it shows depends on who asks and when. */
const textColumn = /^Create |^SQL Original Statement$/

/**
 * The state of what a statement changes, one for each object; undefined where this user cannot see it, or where it would
 * not tell. Waits no longer for a lock than any statement.
 */
export async function readStates(
  connection: Connection,
  { objects, replaces }: StatementEffect,
): Promise<readonly ObjectState[] | undefined> {
  const states: ObjectState[] = []
  for (const object of objects) {
    const state = await readState(connection, object)
    if (state === undefined) return undefined
    const identity = replaces && state !== null ? await readIdentity(connection, object) : ''
    if (identity === undefined) return undefined
    states.push(state === null ? null : `${identity}${state}`)
  }
  return states
}

async function readState(connection: Connection, object: ChangedObject): Promise<ObjectState | undefined> {
  if (object.kind === 'ACCOUNTS') return readAccounts(connection)
  const { kind, schema, name } = object
  const place = [...(schema === undefined ? [] : [schema]), name].map(quoteIdentifier).join('.')
  return seen(async () => {
    const [row] = await connection.run<Record<string, unknown>>(`SHOW CREATE ${kind} ${place}`)
    const [, text] = Object.entries(row ?? {}).find(([column]) => textColumn.test(column)) ?? []
    // The text of what belongs to others is NULL.
    if (typeof text !== 'string') return undefined
    return kind === 'TABLE' ? text.replace(/^(\) ENGINE=\S+) AUTO_INCREMENT=\d+/m, '$1') : text
  })
}

/** Undefined where it cannot be looked at, null where there is nothing. */
async function seen(look: () => Promise<string | undefined>): Promise<ObjectState | undefined> {
  try {
    return await look()
  } catch (error) {
    if (!MigrateError.is(error) || error.code !== 'STATEMENT_FAILED') throw error
    return absences.has(engineNumber(error.cause)) ? null : undefined
  }
}

/** What tells a table from another one of the same definition: only InnoDB has it, and only the right PROCESS shows it. */
async function readIdentity(
  connection: Connection,
  { schema, name }: ChangedObject,
): Promise<string | undefined> {
  const database = schema === undefined ? 'database()' : '?'
  const path = `concat(cast(convert(${database} USING filename) AS binary), '/', cast(convert(? USING filename) AS binary))`
  const values = schema === undefined ? [name] : [schema, name]
  for (const table of ['innodb_sys_tables', 'innodb_tables']) {
    const sql =
      `SELECT name, table_id AS id FROM information_schema.${table} WHERE lower(convert(name USING utf8mb4)) = ` +
      `lower(convert(${path} USING utf8mb4)) OR lower(convert(name USING utf8mb4)) LIKE ` +
      `concat(replace(lower(convert(${path} USING utf8mb4)), '_', '\\\\_'), '#p#%') ORDER BY name`
    const rows = await seen(async () => JSON.stringify(await connection.run(sql, [...values, ...values])))
    if (typeof rows === 'string') return rows === '[]' ? undefined : rows
  }
  return undefined
}

/** Where users, roles and their rights stand, in either server; what is not there is left out. */
const rightsTables = [
  ...['global_priv', 'user', 'db', 'tables_priv', 'columns_priv', 'procs_priv', 'proxies_priv'],
  ...['roles_mapping', 'role_edges', 'default_roles', 'global_grants'],
]

async function readAccounts(connection: Connection): Promise<ObjectState | undefined> {
  const found: unknown[] = []
  for (const table of rightsTables) {
    const rows = await seen(async () => JSON.stringify(await connection.run(`SELECT * FROM mysql.${table}`)))
    if (rows === undefined) return undefined
    if (rows !== null) found.push(rows)
  }
  return found.join('\n')
}
