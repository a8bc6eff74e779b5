import type { Connection } from '../connection.ts'
import { groupBy } from './group-by.ts'

/** What one trigger may do to other tables. */
export interface Trigger {
  /** The tables that its text names. */
  readonly tables: readonly string[]
  /** Its text deletes or replaces rows. */
  readonly deletes: boolean
}

interface TriggerRow {
  readonly target: string
  readonly sql: string
}

interface TableRow {
  readonly name: string
  readonly replaces: number
}

interface Tables {
  /** Those whose name is one word, by that word in lower case. */
  readonly byWord: ReadonlyMap<string, TableRow>
  readonly others: readonly TableRow[]
}

const everyTrigger = `SELECT tbl_name AS target, sql FROM sqlite_schema WHERE type = 'trigger' AND sql IS NOT NULL`
const ordinaryTables = `SELECT name, sql LIKE '%on conflict replace%' AS replaces FROM sqlite_schema
  WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'create virtual%'`

/** The triggers of the schema by the table or view that fires them. */
export class Triggers {
  readonly #connection: Connection
  readonly #rows: ReadonlyMap<string, readonly TriggerRow[]>
  readonly #read = new Map<string, readonly Trigger[]>()
  #tables: Tables | undefined

  constructor(connection: Connection) {
    this.#connection = connection
    this.#rows = groupBy(connection.rows<TriggerRow>(everyTrigger), ({ target }) => target.toLowerCase())
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0
  }

  /** After a table was made. */
  forgetTables(): void {
    this.#tables = undefined
    this.#read.clear()
  }

  /** By the lower-case name of the table or view. */
  on(name: string): readonly Trigger[] {
    const rows = this.#rows.get(name)
    if (rows === undefined) return []
    const known = this.#read.get(name)
    if (known !== undefined) return known
    const triggers = rows.map(({ sql }) => this.#understand(sql.toLowerCase()))
    this.#read.set(name, triggers)
    return triggers
  }

  /** Too many tables are harmless, one too few is not: names in comments and strings count. */
  #understand(sql: string): Trigger {
    const words = new Set(sql.split(/[^\p{L}\p{N}_$]+/u))
    const { byWord, others } = this.#ordinaryTables()
    const named = others.filter(({ name }) => sql.includes(name.toLowerCase()))
    for (const word of words) {
      const table = byWord.get(word)
      if (table !== undefined) named.push(table)
    }
    const deletes =
      words.has('delete') || words.has('replace') || named.some(({ replaces }) => replaces === 1)
    return { tables: named.map(({ name }) => name), deletes }
  }

  /** Without virtual tables: their rows follow those of other tables. */
  #ordinaryTables(): Tables {
    this.#tables ??= toTables(this.#connection.rows<TableRow>(ordinaryTables))
    return this.#tables
  }
}

function toTables(rows: readonly TableRow[]): Tables {
  const isWord = ({ name }: TableRow) => /^[\w$]+$/.test(name)
  return {
    byWord: new Map(rows.filter(isWord).map((row) => [row.name.toLowerCase(), row])),
    others: rows.filter((row) => !isWord(row)),
  }
}
