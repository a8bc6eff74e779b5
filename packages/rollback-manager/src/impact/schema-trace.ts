import { type DatabaseSchema, type Dialect, nameKey, type SchemaObject } from '@whimbrel/core'
import type { Named, Renames, StatementWords } from './statement-words.ts'

/** A table as it stands in the middle of a plan, and what it holds of the live database. */
interface Traced {
  readonly id: number
  readonly name: string
  /** Names that it had, in lower case, the newest last. */
  readonly names: readonly string[]
  /** Its name in the live database; undefined for one that the plan made: there is nothing of it to lose. */
  readonly origin: string | undefined
  /** Its name as it stands in SQL, where the schema says it. */
  readonly reference: string | undefined
  /** The table that it is a part of, as it stands in SQL: what it holds is held by that. */
  readonly whole: string | undefined
  /** By name, as it is compared. */
  readonly columns: ReadonlyMap<string, TracedColumn>
  /** As they were read: the same list again means that nothing has changed. */
  readonly list: SchemaObject['columns'] | undefined
  /** Tables whose rows were copied here, by id: the names that the copying statements say, undefined for all. */
  readonly copies: ReadonlyMap<number, ReadonlySet<string> | undefined>
}

interface TracedColumn {
  readonly name: string
  /** Its name in the live database. */
  readonly origin: string | undefined
  /** Computed from other columns: it holds nothing of its own. */
  readonly generated: boolean
}

/** Something of the live database that a step takes away, by the name of now and the name at the step's begin. */
export interface Loss {
  readonly live: string
  readonly current: string
}

export interface TableLoss extends Loss {
  /** Columns that hold something of the live database. */
  readonly columns: readonly Loss[]
}

export interface ColumnLoss extends Loss {
  readonly table: Loss
}

/** What a step takes away of what the live database has. */
export interface StepLosses {
  readonly tables: readonly TableLoss[]
  readonly columns: readonly ColumnLoss[]
  readonly others: readonly SchemaObject[]
}

/**
 * Follows tables and columns through the statements of a plan: a renamed table is the same one, and so is a table that
 * took the place and the rows of one that was dropped. Pure: it is told the schema after each change.
 */
export class SchemaTrace {
  #tables: ReadonlyMap<string, Traced>
  #start: ReadonlyMap<string, Traced>
  /** Tables of this connection alone. */
  readonly #temporary = new Map<string, Traced>()
  /** Dropped in this step, as they were. */
  #dropped: Traced[] = []
  /** Columns that went in this step. */
  readonly #gone: { readonly table: Traced; readonly column: TracedColumn }[] = []
  /** Indexes, views and triggers of the live database that are still there. */
  #others: ReadonlyMap<string, SchemaObject>
  /** The name as it is compared. */
  readonly #key: (name: string) => string
  #ids = 0

  constructor(live: DatabaseSchema, dialect: Dialect) {
    this.#key = (name) => nameKey(name, dialect)
    const tables = live.objects.filter(isTable)
    this.#tables = new Map(tables.map((table) => [this.#key(table.name), this.#traced(table, true)]))
    this.#start = this.#tables
    this.#others = new Map(
      live.objects.filter((each) => each.kind !== 'table').map((each) => [keyOf(each, this.#key), each]),
    )
  }

  beginStep(): void {
    this.#start = this.#tables
    this.#dropped = []
    this.#gone.length = 0
  }

  /**
   * Takes over what the schema is after one or several statements of one kind; `altered`: after one that may have renamed
   * something. What it says that it renames is known; of one that says nothing it is guessed.
   */
  see({ objects }: DatabaseSchema, altered: boolean, renames?: Renames): void {
    const before = renames === undefined ? this.#tables : withRenamed(this.#tables, renames)
    const now = new Map(objects.filter(isTable).map((table) => [this.#key(table.name), table]))
    const gone = [...before].filter(([name]) => !now.has(name))
    const added = [...now].filter(([name]) => !before.has(name))
    const isGuess = altered && renames === undefined
    const guesses = isGuess ? renamesAmong(gone, added) : new Map<string, Traced>()
    const tables = new Map<string, Traced>()
    for (const [name, object] of now) {
      const renamed = guesses.get(name)
      const known = before.get(name) ?? (renamed && withName(renamed, object.name, name))
      const columns = isGuess ? undefined : (renames?.columns ?? [])
      tables.set(
        name,
        known === undefined ? this.#traced(object, false) : this.#compared(known, object, columns),
      )
    }
    const kept = new Set(guesses.values())
    this.#dropped.push(...gone.map(([, each]) => each).filter((each) => !kept.has(each)))
    this.#tables = tables
    this.#settle()
  }

  /** A statement that may write rows of some tables into another one. */
  copy(words: StatementWords): void {
    const { temporary, target } = words
    if (temporary !== undefined) {
      this.#temporary.set(temporary, {
        id: this.#ids++,
        name: temporary,
        names: [temporary],
        origin: undefined,
        reference: undefined,
        whole: undefined,
        columns: new Map(),
        list: undefined,
        copies: new Map(),
      })
    }
    if (target === undefined) return
    const into = this.#temporary.get(target) ?? this.#tables.get(target)
    if (into === undefined || into.origin !== undefined) return
    const copies = new Map(into.copies)
    for (const [name, source] of [...this.#tables, ...this.#temporary]) {
      if (source.id !== into.id && words.mentions(name)) this.#addCopies(copies, source, words)
    }
    const place = this.#temporary.has(target) ? this.#temporary : new Map(this.#tables)
    place.set(target, { ...into, copies })
    if (place !== this.#temporary) this.#tables = place
    this.#settle()
  }

  /** What the step took away. `named`: what a statement that could not be tried says that it drops. */
  endStep({ objects }: DatabaseSchema, named: readonly Named[]): StepLosses {
    const wholes = new Set(this.#dropped.map(({ reference }) => reference))
    const tables = this.#dropped
      .filter(({ origin, whole }) => origin !== undefined && !(whole !== undefined && wholes.has(whole)))
      .map((table) => this.#tableLoss(table))
    const columns = [...this.#gone]
    const known = named.map((each) => this.#known(each))
    for (const each of known) {
      const table = this.#tables.get(each.kind === 'column' ? each.table : each.name)
      if (table?.origin === undefined) continue
      if (each.kind === 'table') {
        tables.push(this.#tableLoss(table))
        this.#replace({ ...table, origin: undefined })
      } else if (each.kind === 'column') {
        const column = table.columns.get(each.name)
        if (column === undefined) continue
        columns.push({ table, column })
        const rest = [...table.columns].filter(([name]) => name !== each.name)
        this.#replace({ ...table, columns: new Map(rest) })
      }
    }
    const lostTables = new Set(tables.map(({ live }) => live))
    return {
      tables,
      columns: columns.flatMap(({ table, column }) => {
        const loss = this.#columnLoss(table, column)
        return loss === undefined || lostTables.has(loss.table.live) ? [] : [loss]
      }),
      others: this.#lostOthers(objects, known),
    }
  }

  /** With the name that the schema has for it: one in another schema has that in front. */
  #known(named: Named): Named {
    if (named.schema === undefined) return named
    const inSchema = (name: string) => `${named.schema}.${name}`
    if (named.kind === 'column')
      return this.#tables.has(inSchema(named.table)) ? { ...named, table: inSchema(named.table) } : named
    const full = inSchema(named.name)
    const isThere =
      named.kind === 'table' ? this.#tables.has(full) : this.#others.has(`${named.kind} ${full}`)
    return isThere ? { ...named, name: full } : named
  }

  #settle(): void {
    this.#dropped = this.#dropped.filter((dropped) => {
      const lost = dropped.origin === undefined ? undefined : this.#inherit(dropped)
      this.#gone.push(...(lost ?? []).map((column) => ({ table: dropped, column })))
      return lost === undefined
    })
  }

  /** Lets the table that took the place and the rows of a dropped one be it from now on; returns what it lacks. */
  #inherit(dropped: Traced): readonly TracedColumn[] | undefined {
    const heir = [...this.#tables.values()].find(
      ({ origin, copies, names }) =>
        origin === undefined && copies.has(dropped.id) && names.some((name) => dropped.names.includes(name)),
    )
    if (heir === undefined) return undefined
    const copied = heir.copies.get(dropped.id)
    const isKept = (name: string) => heir.columns.has(name) && (copied === undefined || copied.has(name))
    const columns = [...heir.columns].map(([name, column]): [string, TracedColumn] => {
      const origin = isKept(name) ? dropped.columns.get(name)?.origin : undefined
      return [name, { ...column, origin }]
    })
    this.#replace({
      ...heir,
      id: dropped.id,
      names: dropped.names,
      origin: dropped.origin,
      columns: new Map(columns),
    })
    return [...dropped.columns].filter(([name]) => !isKept(name)).map(([, column]) => column)
  }

  #addCopies(
    copies: Map<number, ReadonlySet<string> | undefined>,
    source: Traced,
    words: StatementWords,
  ): void {
    // Without a star a column that the statement does not name was left out.
    const named = words.takesAll
      ? undefined
      : new Set([...source.columns.keys()].filter((name) => words.mentions(name)))
    const add = (id: number, names: ReadonlySet<string> | undefined) => {
      const known = copies.get(id)
      const all = names === undefined || (copies.has(id) && known === undefined)
      copies.set(id, all ? undefined : new Set([...(known ?? []), ...names]))
    }
    add(source.id, named)
    for (const [id, names] of source.copies) {
      const isTaken = (name: string) => words.takesAll || words.mentions(name)
      add(id, names === undefined && words.takesAll ? undefined : this.#through(id, names, isTaken))
    }
  }

  /** Columns that come along with a copy of a copy. */
  #through(
    id: number,
    names: ReadonlySet<string> | undefined,
    isTaken: (name: string) => boolean,
  ): ReadonlySet<string> {
    const original = [...this.#tables.values(), ...this.#dropped].find((table) => table.id === id)
    const all = names ?? new Set(original?.columns.keys())
    return new Set([...all].filter(isTaken))
  }

  /**
   * A table that is still there under its name: its columns may not be. `renames` of columns that are known; undefined
   * where they have to be guessed.
   */
  #compared(before: Traced, now: SchemaObject, renames: Renames['columns'] | undefined): Traced {
    const current = now.columns
    if (current === before.list) return { ...before, name: now.name }
    const keys = current.map(({ name }) => this.#key(name))
    const from = new Map(
      (renames ?? guessed(before, keys)).flatMap((each): [string, string][] =>
        keys.includes(each.to) && before.columns.has(each.from) ? [[each.to, each.from]] : [],
      ),
    )
    const origins = new Set(keys.map((key) => from.get(key) ?? key))
    const gone = [...before.columns].filter(([name]) => !origins.has(name))
    const columns = new Map<string, TracedColumn>()
    for (const { name, generated } of current) {
      const key = this.#key(name)
      columns.set(key, { name, generated, origin: before.columns.get(from.get(key) ?? key)?.origin })
    }
    this.#gone.push(...gone.map(([, column]) => ({ table: before, column })))
    return { ...before, name: now.name, columns, list: current }
  }

  #tableLoss(table: Traced): TableLoss {
    const start = this.#startOf(table) ?? table
    const columns = [...start.columns.values()].flatMap(({ name, origin, generated }) =>
      origin === undefined || generated ? [] : [{ live: origin, current: name }],
    )
    return { live: start.origin ?? start.name, current: start.name, columns }
  }

  #columnLoss(table: Traced, { origin, generated }: TracedColumn): ColumnLoss | undefined {
    const start = this.#startOf(table)
    if (start?.origin === undefined || origin === undefined || generated) return undefined
    const current = [...start.columns.values()].find((column) => column.origin === origin)
    if (current === undefined) return undefined
    return { live: origin, current: current.name, table: { live: start.origin, current: start.name } }
  }

  #lostOthers(objects: readonly SchemaObject[], named: readonly Named[]): readonly SchemaObject[] {
    const now = new Set(objects.map((each) => keyOf(each, this.#key)))
    for (const { kind, name } of named) now.delete(`${kind} ${name}`)
    const lost = [...this.#others].filter(([key]) => !now.has(key))
    this.#others = new Map([...this.#others].filter(([key]) => now.has(key)))
    return lost.map(([, object]) => object)
  }

  /** The same table as it was when the step began. */
  #startOf({ id }: Traced): Traced | undefined {
    for (const table of this.#start.values()) if (table.id === id) return table
    return undefined
  }

  #replace(table: Traced): void {
    this.#tables = new Map(this.#tables).set(this.#key(table.name), table)
  }

  #traced(table: SchemaObject, isLive: boolean): Traced {
    const columns = table.columns.map(({ name, generated }): [string, TracedColumn] => [
      this.#key(name),
      { name, generated, origin: isLive ? name : undefined },
    ])
    const origin = isLive ? table.name : undefined
    return {
      id: this.#ids++,
      name: table.name,
      names: [this.#key(table.name)],
      origin,
      reference: table.reference,
      whole: wholeOf(table),
      columns: new Map(columns),
      list: table.columns,
      copies: new Map(),
    }
  }
}

/** The old tables by the new names: one that is gone and one that came, or several that went to another schema. */
function renamesAmong(
  gone: readonly (readonly [string, Traced])[],
  added: readonly (readonly [string, SchemaObject])[],
): ReadonlyMap<string, Traced> {
  const [old] = gone
  const [fresh] = added
  if (old !== undefined && fresh !== undefined && gone.length === 1 && added.length === 1)
    return new Map([[fresh[0], old[1]]])
  return new Map(
    added.flatMap(([name]): [string, Traced][] => {
      const same = gone.filter(([before]) => lastOf(before) === lastOf(name))
      return same.length === 1 && same[0] !== undefined ? [[name, same[0][1]]] : []
    }),
  )
}

/** The name without its schema. */
function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function wholeOf({ options = [] }: SchemaObject): string | undefined {
  const part = options.find((option) => option.startsWith('PARTITION OF '))
  return part?.slice('PARTITION OF '.length).replace(/ (?:FOR VALUES|DEFAULT)[\s\S]*$/, '')
}

/** What a virtual table keeps its rows in goes with it. */
function isTable({ kind, storage }: SchemaObject): boolean {
  return kind === 'table' && storage !== 'shadow'
}

/** One column that went while another one came is taken for renamed. */
function guessed(before: Traced, now: readonly string[]): Renames['columns'] {
  const gone = [...before.columns.keys()].filter((name) => !now.includes(name))
  const added = now.filter((name) => !before.columns.has(name))
  const [from] = gone
  const [to] = added
  if (from === undefined || to === undefined || gone.length + added.length > 2) return []
  return [{ from, to }]
}

/** One after the other: two tables may change places. */
function withRenamed(tables: ReadonlyMap<string, Traced>, renames: Renames): ReadonlyMap<string, Traced> {
  const now = new Map(tables)
  for (const { from, to } of renames.tables) {
    const old = [from, lastOf(from)].find((name) => now.has(name)) ?? from
    const table = now.get(old)
    if (table === undefined) continue
    // It stays in its schema, unless the statement says which one it goes to.
    const schema = old.slice(0, old.length - lastOf(old).length)
    const key = to.includes('.') ? to : schema + to
    now.delete(old)
    now.set(key, withName(table, key, key))
  }
  return now
}

function withName(table: Traced, name: string, key: string): Traced {
  return { ...table, name, names: [...table.names, key] }
}

function keyOf({ kind, name }: SchemaObject, key: (name: string) => string): string {
  return `${kind} ${key(name)}`
}
