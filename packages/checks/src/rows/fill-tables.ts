import {
  type DatabaseSchema,
  type Dialect,
  MigrateError,
  primaryKey,
  quoteName,
  referenceTo,
  type SchemaObject,
  type Session,
  type SqlValue,
  shielded,
  sqlTokens,
} from '@whimbrel/core'
import { blamedSlots } from './blamed-slots.ts'
import { candidates } from './candidates.ts'
import { parentsFirst } from './parents-first.ts'
import { boundsOf, isPartition } from './partitions.ts'
import { Search } from './search.ts'
import { type SlotOptions, slotsOf } from './slots.ts'
import { type Reference, type TableShape, tableShape } from './table-shape.ts'
import { ValuesOfTypes } from './values-of-types.ts'

export interface FillOptions {
  /** A scratch database with the schema; rows that are there already stay. */
  readonly session: Session
  readonly schema: DatabaseSchema
  readonly dialect: Dialect
  /** Names of the tables to fill, in any case; default: all. */
  readonly tables?: readonly string[] | undefined
  /** How many rows to add to each; default 3. */
  readonly rows?: number | undefined
}

export interface FillReport {
  readonly filled: readonly FilledTable[]
  /** Tables that took no row at all. */
  readonly refused: readonly RefusedTable[]
  /** What was run, in order: the same rows again where they are gone. */
  readonly insertions: readonly Insertion[]
}

/** One row that a table took. */
export interface Insertion {
  readonly table: string
  readonly sql: string
  readonly values: readonly SqlValue[]
}

export interface FilledTable {
  readonly table: string
  /** How many were added. */
  readonly rows: number
}

export interface RefusedTable {
  readonly table: string
  /** Rows that it has nevertheless, from whoever filled it before. */
  readonly rows: number
  /** What the engine said last. */
  readonly message: string
}

/**
 * Adds rows to ordinary tables as an application could have written them: with a value in every column, one row with
 * as few as allowed, parents before children, triggers at work. Always the same rows for the same schema. Virtual
 * tables are left alone.
 */
export async function fillTables(options: FillOptions): Promise<FillReport> {
  const filling = new Filling(options)
  for (const shape of parentsFirst(filling.shapes)) await filling.fill(shape)
  await filling.checkPredictions()
  return filling
}

/** How many combinations are tried for the first row of a table, and for those after it. */
const MANY = 1000
const FEW = 200

class Filling implements FillReport {
  readonly filled: FilledTable[] = []
  readonly refused: RefusedTable[] = []
  readonly insertions: Insertion[] = []
  readonly shapes: readonly TableShape[]
  readonly #session: Session
  readonly #dialect: Dialect
  readonly #all: ReadonlyMap<string, SchemaObject>
  readonly #rows: number
  readonly #shapeOf: (table: SchemaObject) => TableShape
  #predicted = new Set<string>()

  constructor({ session, schema, dialect, tables, rows = 3 }: FillOptions) {
    this.#session = session
    this.#dialect = dialect
    this.#rows = rows
    const wanted = tables && new Set(tables.map((name) => name.toLowerCase()))
    const all = schema.objects.filter(({ kind, storage }) => kind === 'table' && storage === 'ordinary')
    this.#all = new Map(all.flatMap((table) => keysOf(table, dialect).map((key) => [key, table])))
    const types = dialect.name === 'postgres' ? new ValuesOfTypes(schema, dialect) : undefined
    this.#shapeOf = (table) => {
      const shape = tableShape(table, belongingTo(schema, table), dialect)
      const rules = [...shape.rules, ...boundsOf(schema, table, dialect)]
      return this.#resolved({ ...shape, rules, ...(types && { types }) })
    }
    this.shapes = all
      .filter((table) => !isPartition(table) && (wanted?.has(table.name.toLowerCase()) ?? true))
      .map(this.#shapeOf)
  }

  /** With the names of the tables that it refers to as the schema has them. */
  #resolved(shape: TableShape): TableShape {
    const parentOf = (name: string) => this.#all.get(name.toLowerCase())?.name ?? name
    const references = shape.references.map((each) => ({ ...each, parent: parentOf(each.parent) }))
    return { ...shape, references }
  }

  async fill(shape: TableShape): Promise<void> {
    const before = await this.#count(shape)
    const refuse = (message: string) => this.refused.push({ table: shape.name, rows: before, message })
    if (shape.endsTransaction) {
      refuse('a row that it refuses would end the whole transaction (ROLLBACK), so none was tried')
      return
    }
    let message: string | undefined
    for (let row = 0; row < this.#rows && message === undefined; row += 1)
      message = await this.#addRow(shape, { row: before + row, sparse: row > 0 && row === this.#rows - 1 })
    const rows = (await this.#count(shape)) - before
    if (rows > 0) this.filled.push({ table: shape.name, rows })
    else refuse(message ?? 'the engine took its rows and kept none')
  }

  /** Values that were foretold must have come true. */
  async checkPredictions(): Promise<void> {
    if (this.#predicted.size === 0) return
    const problems = await this.#session.inspector?.verify({ names: this.#predicted, rows: 'keys' })
    for (const { kind, object, message } of problems ?? []) {
      if (kind !== 'foreign-key' || !this.#predicted.has(object.toLowerCase())) continue
      const table = this.#all.get(object.toLowerCase())
      if (table !== undefined)
        this.refused.push({ table: object, rows: await this.#count(this.#shapeOf(table)), message })
    }
  }

  /** The engine's last words where no combination of values is accepted. */
  async #addRow(shape: TableShape, place: Pick<SlotOptions, 'row' | 'sparse'>): Promise<string | undefined> {
    const parents = new Map<Reference, readonly (readonly SqlValue[])[]>()
    for (const reference of shape.references)
      parents.set(reference, await this.#parents(shape, reference, place.row))
    const slots = slotsOf(shape, { ...place, parents: (reference) => parents.get(reference) ?? [] })
    const empty = slots.find(({ choices }) => choices.length === 0)
    if (empty !== undefined) return `there is no row that ${empty.columns.join(', ')} could refer to`
    const columns = slots.flatMap((slot) => slot.columns)
    const sql = insertInto(shape, columns, this.#dialect)
    const search = new Search(
      slots.map(({ choices }) => choices.length),
      place.row > 0 ? FEW : MANY,
    )
    for (let combination: readonly number[] | undefined = search.current; ; ) {
      const chosen = combination.flatMap((index, at) => slots[at]?.choices[index] ?? [])
      const message = await this.#insert(sql, chosen)
      if (message === undefined) {
        this.insertions.push({ table: shape.name, sql, values: chosen })
        return undefined
      }
      combination = search.next(blamedSlots(message, shape, slots))
      if (combination === undefined) return message
    }
  }

  async #insert(sql: string, values: readonly SqlValue[]): Promise<string | undefined> {
    try {
      await shielded(this.#session, this.#dialect, () => this.#session.execute(sql, values))
      return undefined
    } catch (error) {
      if (MigrateError.is(error) && error.code === 'STATEMENT_FAILED') return error.message
      throw error
    }
  }

  /** Keys of rows that there are; of a parent that comes later, or of the table itself, the key that a row will get. */
  async #parents(
    shape: TableShape,
    reference: Reference,
    row: number,
  ): Promise<readonly (readonly SqlValue[])[]> {
    const parent = this.#all.get(reference.parent.toLowerCase())
    if (parent === undefined) return []
    const columns = referencedColumns(parent, reference)
    if (!columns.every((column) => parent.columns.some(({ name }) => name === column))) return []
    const present = await this.#keys(parent, columns)
    if (present.length > 0) return present
    const parentShape = parent.name === shape.name ? shape : this.#shapeOf(parent)
    const key = columns.map((name) => parentShape.columns.find((column) => column.name === name))
    const foretold = key.map((column) =>
      column === undefined ? [] : candidates(parentShape, column, row).slice(0, 1),
    )
    if (foretold.length === 0 || foretold.some((values) => values.length === 0)) return []
    this.#predicted.add(shape.name.toLowerCase())
    return [foretold.flat()]
  }

  async #keys(parent: SchemaObject, columns: readonly string[]): Promise<readonly (readonly SqlValue[])[]> {
    const MOST = 8
    const names = columns.map((name) => quoteName(name, this.#dialect))
    const list = names.join(', ')
    const filled = names.map((name) => `${name} IS NOT NULL`).join(' AND ')
    const from = referenceTo(parent, this.#dialect)
    const sql = `SELECT ${list} FROM ${from} WHERE ${filled} ORDER BY ${list} LIMIT ${MOST}`
    const rows = await this.#session.query<Record<string, SqlValue>>(sql)
    return rows.map((row) => columns.map((name) => exact(row[name] ?? null)))
  }

  async #count({ reference }: TableShape): Promise<number> {
    const [row] = await this.#session.query<{ number: number }>(`SELECT count(*) AS number FROM ${reference}`)
    return row?.number ?? 0
  }
}

/** Names that a text may call it by, in lower case. */
function keysOf({ name, reference }: SchemaObject, dialect: Dialect): readonly string[] {
  const written = reference === undefined ? [] : sqlTokens(reference, dialect).map(({ value }) => value)
  return [name, ...(written.length === 0 ? [] : [written.join('')])].map((key) => key.toLowerCase())
}

function belongingTo({ objects }: DatabaseSchema, { name }: SchemaObject): readonly SchemaObject[] {
  return objects.filter(({ table }) => table.toLowerCase() === name.toLowerCase())
}

function referencedColumns(parent: SchemaObject, { referenced }: Reference): readonly string[] {
  const names = referenced.length > 0 ? referenced : primaryKey(parent)
  return names.map(
    (name) => parent.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name ?? name,
  )
}

/** A whole number comes back as a plain number: as a key it has to be bound as an integer again. */
function exact(value: SqlValue): SqlValue {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}

function insertInto(shape: TableShape, columns: readonly string[], dialect: Dialect): string {
  if (columns.length === 0)
    return `INSERT INTO ${shape.reference} ${dialect.name === 'mysql' ? '() VALUES ()' : 'DEFAULT VALUES'}`
  const names = columns.map((name) => quoteName(name, dialect))
  const values = columns.map((_, at) => dialect.placeholder(at + 1))
  // Numbers that the engine would give are given, so that the same rows can come again.
  const isOverriding = shape.columns.some(
    ({ name, identity }) => identity === 'always' && columns.includes(name),
  )
  const overriding = isOverriding ? ' OVERRIDING SYSTEM VALUE' : ''
  return `INSERT INTO ${shape.reference} (${names.join(', ')})${overriding} VALUES (${values.join(', ')})`
}
