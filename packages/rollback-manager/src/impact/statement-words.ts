import { canonicalSql, type Dialect } from '@whimbrel/core'

const name = '("(?:[^"\\\\]|\\\\.)*"|[^" ]+)'
/** A name, with or without the name of its database. */
const qualified = `(?:${name} \\. )?${name}`

const everyName = new RegExp(name, 'g')
const into = new RegExp(`\\binto ${qualified}`)
const create = new RegExp(
  `^create (temp |temporary )?(?:virtual )?table (?:if not exists )?${qualified}( as |)`,
)
const drop = new RegExp(`^drop (table|index|view|trigger) (?:if exists )?${qualified}`)
const dropColumn = new RegExp(`^alter table ${qualified} drop (?:column )?(?!constraint )${name}`)

/** What a statement says that it drops; names in lower case. */
export type Named =
  | { readonly kind: 'table' | 'index' | 'view' | 'trigger'; readonly name: string }
  | { readonly kind: 'column'; readonly table: string; readonly name: string }

/** What a statement says that it renames, in its order; names in lower case. */
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
    return {
      tables: to === undefined ? [] : [rename(altered[2], to)],
      columns: columns.map(([, from, into]) => rename(from, into)).filter(({ from, to }) => from !== to),
    }
  }

  get drops(): Named | undefined {
    const dropped = drop.exec(this.#text)
    if (dropped !== null) return { kind: dropped[1] as 'table', name: plain(dropped[3]) }
    const column = dropColumn.exec(this.#text)
    return column === null ? undefined : { kind: 'column', table: plain(column[2]), name: plain(column[3]) }
  }

  /** Names every column, without saying which. */
  get takesAll(): boolean {
    return / \* (?:from|,)/.test(this.#text) || /\. \* /.test(this.#text)
  }

  mentions(word: string): boolean {
    this.#words ??= new Set((this.#text.match(everyName) ?? []).map(plain))
    return this.#words.has(word.toLowerCase())
  }
}

function rename(from: string | undefined, to: string | undefined): Rename {
  return { from: plain(from).toLowerCase(), to: plain(to).toLowerCase() }
}

/** A name without the quotation marks that it has where it needs some. */
function plain(text: string | undefined): string {
  if (text === undefined) return ''
  return text.startsWith('"') ? String(JSON.parse(text)) : text
}
