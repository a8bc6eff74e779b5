import { canonicalSql, type Dialect } from '@whimbrel/core'

const name = '("(?:[^"\\\\]|\\\\.)*"|[^" ]+)'
/** A name, with or without the name of its database. */
const qualified = `(?:${name} \\. )?${name}`

const everyName = new RegExp(name, 'g')
const into = new RegExp(`\\binto ${qualified}`)
const create = new RegExp(
  `^create (temp |temporary )?(?:virtual )?table (?:if not exists )?${qualified}( as |)`,
)
const drop = new RegExp(
  `^drop (?:materialized )?(table|index|view|trigger) (?:concurrently )?(?:if exists )?${qualified}`,
)
const dropColumn = new RegExp(
  `^alter table (?:if exists )?(?:only )?${qualified} drop (?:column )?(?:if exists )?(?!constraint )${name}`,
)

/** What a statement says that it drops; names as the engine folds them. `schema`: what stands in front of the name. */
export type Named = { readonly schema?: string | undefined } & (
  | { readonly kind: 'table' | 'index' | 'view' | 'trigger'; readonly name: string }
  | { readonly kind: 'column'; readonly table: string; readonly name: string }
)

/** What a statement says that it renames, in its order; a table has its schema in front where that is said. */
export interface Renames {
  readonly tables: readonly Rename[]
  /** Columns of the table that is altered. */
  readonly columns: readonly Rename[]
}

interface Rename {
  readonly from: string
  readonly to: string
}

const alterTable = new RegExp(`^alter (?:online |ignore )?table (?:if exists )?(?:only )?${qualified}`)
const setSchema = new RegExp(` set schema ${name}$`)
const renameTo = new RegExp(` rename (?:to |as )?${qualified}(?= ,|$)`)
const renameTables = new RegExp(`(?:^rename tables? |, )(?:if exists )?${qualified} to ${qualified}`, 'g')
const renameColumn = new RegExp(
  ` rename (?:column )?(?!to |as |index |key |constraint )${name} to ${name}`,
  'g',
)
const changeColumn = new RegExp(` change (?:column )?(?:if exists )?${name} ${name}`, 'g')

/** The few things that have to be known of a statement from its text, whatever way it is written. */
export class StatementWords {
  readonly #text: string
  #words: ReadonlySet<string> | undefined

  constructor(sql: string, dialect: Dialect) {
    this.#text = canonicalSql(sql, dialect)
  }

  /** The table that it writes rows of other tables to, in lower case. */
  get target(): string | undefined {
    const made = create.exec(this.#text)
    if (made !== null)
      return / as (?:\( )*(?:select|with|values) /.test(this.#text) ? plain(made[3]) : undefined
    const found = into.exec(this.#text)
    return found === null ? undefined : plain(found[2])
  }

  /** The table that it makes for this connection alone. */
  get temporary(): string | undefined {
    const made = create.exec(this.#text)
    if (made === null) return undefined
    return made[1] !== undefined || made[2] === 'temp' ? plain(made[3]) : undefined
  }

  /** Undefined for a statement that may rename what its own words do not say, or does nothing of the kind. */
  get renames(): Renames | undefined {
    const text = this.#text
    if (/^rename tables? /.test(text)) {
      const pairs = [...text.matchAll(renameTables)]
      return { tables: pairs.map(([, , from, , to]) => rename(from, to)), columns: [] }
    }
    const altered = alterTable.exec(text)
    if (altered === null) return undefined
    const rest = text.slice(altered[0].length)
    const columns = [...rest.matchAll(renameColumn), ...rest.matchAll(changeColumn)]
    const to = renameTo.exec(rest)?.[2]
    const schema = setSchema.exec(rest)?.[1]
    const from = [altered[1], altered[2]]
      .flatMap((part) => (part === undefined ? [] : [plain(part)]))
      .join('.')
    const tables = [
      ...(to === undefined ? [] : [{ from, to: plain(to) }]),
      ...(schema === undefined ? [] : [{ from, to: `${plain(schema)}.${plain(altered[2])}` }]),
    ]
    return {
      tables,
      columns: columns.map(([, from, into]) => rename(from, into)).filter(({ from, to }) => from !== to),
    }
  }

  get drops(): Named | undefined {
    const dropped = drop.exec(this.#text)
    if (dropped !== null)
      return { kind: dropped[1] as 'table', name: plain(dropped[3]), schema: schemaIn(dropped[2]) }
    const column = dropColumn.exec(this.#text)
    if (column === null) return undefined
    return { kind: 'column', table: plain(column[2]), name: plain(column[3]), schema: schemaIn(column[1]) }
  }

  /** Names every column, without saying which. */
  get takesAll(): boolean {
    return / \* (?:from|,)/.test(this.#text) || /\. \* /.test(this.#text)
  }

  mentions(word: string): boolean {
    this.#words ??= new Set((this.#text.match(everyName) ?? []).map(plain))
    return this.#words.has(word) || this.#words.has(word.slice(word.lastIndexOf('.') + 1))
  }
}

function rename(from: string | undefined, to: string | undefined): Rename {
  return { from: plain(from), to: plain(to) }
}

function schemaIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : plain(text)
}

/** A name without the quotation marks that it has where it needs some. */
function plain(text: string | undefined): string {
  if (text === undefined) return ''
  return text.startsWith('"') ? String(JSON.parse(text)) : text
}
