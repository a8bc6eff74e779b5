import {
  type Dialect,
  MigrateError,
  primaryKey,
  quoteName,
  referenceTo,
  type SchemaColumn,
  type Session,
  type SqlValue,
  shielded,
} from '@whimbrel/core'
import { asKept, holds } from './as-kept.ts'
import type { KeptTable } from './kept-file.ts'
import type { Destination } from './return-place.ts'
import type { ReturnAccount } from './return-report.ts'

/** Brings one row back, or counts why not. */
export type Returning = (values: readonly SqlValue[]) => Promise<void>

export interface ReturningContext {
  readonly session: Session
  readonly account: ReturnAccount
  readonly dialect: Dialect
  readonly table: KeptTable
  readonly destination: Destination
}

/** Inserts whole rows, with the columns that are still there. */
export function returningRow({ session, account, dialect, table, destination }: ReturningContext): Returning {
  const { name } = destination.object
  const present = presentColumns(table, destination)
  const keys = present.filter(({ isKey }) => isKey)
  const target = referenceTo(destination.object, dialect)
  const list = present.map((column) => quoteName(column.name, dialect)).join(', ')
  const bound = present.map((_, at) => dialect.placeholder(at + 1)).join(', ')
  // What the engine would number has the numbers that it had.
  const isOverriding = present.some(({ identity }) => identity === 'always')
  const overriding = isOverriding ? ' OVERRIDING SYSTEM VALUE' : ''
  const insert = `INSERT ${orAbort(dialect)}INTO ${target} (${list})${overriding} VALUES (${bound})`
  const find = (values: readonly SqlValue[], by: readonly PresentColumn[]) =>
    session.query<Record<string, SqlValue>>(
      `SELECT ${kept(present, dialect)} FROM ${target} WHERE ${where(by, { from: 1, dialect })}`,
      by.map(({ index }) => values[index] ?? null),
    )
  const isEnforced = isKeyOf(destination, keys)
  // Where nothing keeps a row from being there twice, the same row is the one with the same values.
  const isUnique = (values: readonly SqlValue[]) =>
    isEnforced && keys.every(({ index }) => values[index] !== null)
  return async (values) => {
    const key = keyOf(table, values)
    if (!isUnique(values) && (await find(values, present)).length > 0) return account.alreadyThere()
    const row = present.map(({ index }) => values[index] ?? null)
    const problem = await attempt(() => shielded(session, dialect, () => session.execute(insert, row)))
    if (problem === undefined) return account.returned()
    const [there] = isUnique(values) ? await find(values, keys) : []
    if (there === undefined) return account.refused(name, `it violates a rule: ${problem}`, key)
    const isSame = present.every((column) => equal(there[column.name], values[column.index]))
    if (isSame) return account.alreadyThere()
    return account.refused(name, 'the key exists already with other content', key)
  }
}

/** Does the engine keep two rows from having the same values in these columns? */
function isKeyOf({ object }: Destination, keys: readonly PresentColumn[]): boolean {
  if (keys.length === 0) return false
  const [first] = keys
  if (keys.length === 1 && first?.isLost === false) return true
  const enforced = primaryKey(object)
  return enforced.length === keys.length && keys.every((key) => enforced.includes(key.name))
}

/** Sets the values of columns that are there again, where nobody has set another one meanwhile. */
export async function returningValues(context: ReturningContext): Promise<Returning> {
  const { session, account, dialect, table, destination } = context
  const { name } = destination.object
  const present = presentColumns(table, destination)
  const keys = present.filter(({ isKey }) => isKey)
  const lost = present.filter(({ isLost }) => isLost)
  const reason = whyNoPlace(table, { keys: keys.length, lost: lost.length })
  if (reason !== undefined) return async (values) => account.refused(name, reason, keyOf(table, values))
  const target = referenceTo(destination.object, dialect)
  const select = `SELECT ${kept(lost, dialect)} FROM ${target} WHERE ${where(keys, { from: 1, dialect })}`
  const defaults = await defaultsOf(context)
  return async (values) => {
    const key = keyOf(table, values)
    const keyValues = keys.map(({ index }) => values[index] ?? null)
    const [there] = await session.query<Record<string, SqlValue>>(select, keyValues)
    if (there === undefined) return account.refused(name, 'no row has this key', key)
    const missing = lost.filter((column) => !equal(there[column.name], values[column.index]))
    if (missing.length === 0) return account.alreadyThere()
    const taken = missing.filter(
      (column) =>
        there[column.name] !== null &&
        !equal(there[column.name], defaults.get(column.name) ?? null) &&
        !isImplicit(there[column.name], column),
    )
    if (taken.length > 0) {
      const names = taken.map((column) => column.name).join(', ')
      return account.refused(name, `${names} holds another value now`, key)
    }
    const set = [
      ...missing.map((column, at) => `${quoteName(column.name, dialect)} = ${dialect.placeholder(at + 1)}`),
      ...stamped(destination, missing).map(
        (column) => `${quoteName(column, dialect)} = ${quoteName(column, dialect)}`,
      ),
    ]
    const update = `UPDATE ${orAbort(dialect)}${target} SET ${set.join(', ')}
      WHERE ${where(keys, { from: missing.length + 1, dialect })}`
    const bound = [...missing.map(({ index }) => values[index] ?? null), ...keyValues]
    const problem = await attempt(() => shielded(session, dialect, () => session.execute(update, bound)))
    if (problem !== undefined) return account.refused(name, `it violates a rule: ${problem}`, key)
    return account.returned()
  }
}

/** A list of columns as their values are kept. */
function kept(columns: readonly PresentColumn[], dialect: Dialect): string {
  return columns
    .map((column) => `${asKept(column, dialect)} AS ${quoteName(column.name, dialect)}`)
    .join(', ')
}

function where(
  columns: readonly PresentColumn[],
  { from, dialect }: { readonly from: number; readonly dialect: Dialect },
): string {
  return columns.map((column, at) => holds(column, { position: from + at, dialect })).join(' AND ')
}

/** What MySQL puts into rows that are there when a column comes that may not be NULL and has no default. */
function isImplicit(
  there: SqlValue | undefined,
  { notNull, default: value, definition }: PresentColumn,
): boolean {
  if (definition === undefined || !notNull || value !== null) return false
  return there === '' || Number(there) === 0 || /^0000-00-00/.test(String(there))
}

/** Columns that MySQL sets to the time of every change, unless they are set. */
function stamped({ object }: Destination, missing: readonly PresentColumn[]): readonly string[] {
  return object.columns
    .filter(({ definition = '' }) => / on update /i.test(definition))
    .map(({ name }) => name)
    .filter((name) => missing.every((column) => column.name !== name))
}

/** The key of a kept row as a person would read it. */
export function keyOf({ columns }: KeptTable, values: readonly SqlValue[]): string {
  const keys = columns.flatMap((column, index) =>
    column.key ? [`${column.name} ${shown(values[index])}`] : [],
  )
  return keys.length > 0 ? keys.join(' ') : values.slice(0, 3).map(shown).join(' ')
}

function shown(value: SqlValue | undefined): string {
  if (value === null || value === undefined) return 'NULL'
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex').slice(0, 32)}'`
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)
}

function whyNoPlace({ columns }: KeptTable, present: { keys: number; lost: number }): string | undefined {
  const keys = columns.filter(({ key }) => key).length
  if (keys === 0) return 'it cannot be returned by key: the table has no primary key'
  if (present.keys < keys) return 'the columns of its key are not there'
  return present.lost === 0 ? 'the column is not there' : undefined
}

interface PresentColumn extends SchemaColumn {
  /** Position of its value in a kept row. */
  readonly index: number
  readonly isKey: boolean
  readonly isLost: boolean
}

function presentColumns({ columns }: KeptTable, destination: Destination): readonly PresentColumn[] {
  return columns.flatMap(({ key, lost }, index) => {
    const name = destination.columns[index]
    if (name === undefined) return []
    const now = destination.object.columns.find((column) => column.name === name) ?? rowNumber(name)
    return [{ ...now, index, isKey: key, isLost: lost }]
  })
}

/** The number of a row is no column. */
function rowNumber(name: string): SchemaColumn {
  return { name, type: 'INTEGER', notNull: true, default: null, keyPosition: 0, generated: false }
}

/** What a column holds where nobody has set it. */
async function defaultsOf({
  session,
  dialect,
  destination,
}: ReturningContext): Promise<ReadonlyMap<string, SqlValue>> {
  const defaults = new Map<string, SqlValue>()
  for (const { name, default: sql } of destination.object.columns) {
    // A number that is taken for this question alone would be missing later.
    if (sql === null || /\bnextval\b/i.test(sql)) continue
    const select = () => session.query<{ value: SqlValue }>(`SELECT ${sql} AS value`)
    await attempt(async () => {
      const [row] = await shielded(session, dialect, select)
      if (row !== undefined) defaults.set(name, row.value)
    })
  }
  return defaults
}

/** The same value as a query gives it: an integer that is exact is a number there. */
function equal(there: SqlValue | undefined, kept: SqlValue | undefined): boolean {
  if (there instanceof Uint8Array && kept instanceof Uint8Array) return Buffer.compare(there, kept) === 0
  if (Number.isNaN(there) && Number.isNaN(kept)) return true
  return there === kept || (typeof kept === 'bigint' && Number.isSafeInteger(there) && Number(kept) === there)
}

/** A rule of the table may say that a new row replaces an old one. */
function orAbort({ name }: Dialect): string {
  return name === 'sqlite' ? 'OR ABORT ' : ''
}

/** The engine's words where it refuses a row; everything else ends the return. */
async function attempt(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (MigrateError.is(error) && error.code === 'STATEMENT_FAILED') return error.message
    throw error
  }
}
