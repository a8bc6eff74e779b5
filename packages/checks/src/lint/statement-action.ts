import type { SqlToken } from '@whimbrel/core'

type ObjectKind = 'table' | 'index' | 'view' | 'trigger'

/** What a statement does to which object, as far as its first words say; names without quotation marks and schema. */
export type StatementAction =
  | {
      readonly does: 'create'
      readonly kind: ObjectKind
      readonly name: string
      /** The table of an index or trigger. */
      readonly on: string | undefined
      readonly unique: boolean
      /** Says IF NOT EXISTS. */
      readonly lenient: boolean
    }
  | {
      readonly does: 'drop'
      readonly kind: ObjectKind
      readonly name: string
      /** Says IF EXISTS. */
      readonly lenient: boolean
    }
  | { readonly does: 'rename-table'; readonly table: string; readonly to: string }
  | {
      readonly does: 'add-column' | 'drop-column' | 'alter'
      readonly table: string
      /** Empty for `alter`. */
      readonly column: string
    }
  | {
      readonly does: 'insert'
      readonly table: string
      /** Replaces rows that are there. */
      readonly replaces: boolean
      /** Names the columns it fills. */
      readonly columns: readonly string[] | undefined
      /** Takes its rows from a query … */
      readonly selects: boolean
      /** … that says `*`. */
      readonly star: boolean
    }
  | { readonly does: 'update' | 'delete'; readonly table: string; readonly where: boolean }
  | { readonly does: 'other' }

const other: StatementAction = { does: 'other' }
/** What MySQL lets stand in front of a table. */
const modifiers = new Set(['DELAYED', 'HIGH_PRIORITY', 'IGNORE', 'LOW_PRIORITY', 'QUICK'])
const kinds: ReadonlyMap<string, ObjectKind> = new Map([
  ['TABLE', 'table'],
  ['INDEX', 'index'],
  ['VIEW', 'view'],
  ['TRIGGER', 'trigger'],
])

/** What else than a column ALTER TABLE adds and drops. */
const noColumns = new Set(
  'CHECK CONSTRAINT FOREIGN FULLTEXT INDEX KEY PARTITION PERIOD PRIMARY SPATIAL SYSTEM UNIQUE'.split(' '),
)

/** Understands the tokens of one statement. */
export function statementAction(tokens: readonly SqlToken[]): StatementAction {
  return new Reading(tokens).action()
}

/** Upper-case text of an unquoted word, or a sign; empty for everything else. */
export function keywordOf(token: SqlToken | undefined): string {
  if (token === undefined) return ''
  return token.kind === 'word' ? token.text.toUpperCase() : token.kind === 'sign' ? token.text : ''
}

class Reading {
  readonly #tokens: readonly SqlToken[]
  #at = 0

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens
  }

  action(): StatementAction {
    switch (this.#word()) {
      case 'CREATE':
        return this.#create()
      case 'DROP':
        return this.#drop()
      case 'ALTER':
        return this.#alter()
      case 'RENAME':
        return this.#rename()
      default:
        return this.#write()
    }
  }

  #create(): StatementAction {
    const unique = this.#tokens.slice(1, 4).some((token) => keywordOf(token) === 'UNIQUE')
    const kind = this.#kind()
    if (kind === undefined) return other
    this.#skip('CONCURRENTLY')
    const lenient = this.#skip('IF', 'NOT', 'EXISTS')
    // PostgreSQL gives an index a name where there is none.
    const name = kind === 'index' && this.#word() === 'ON' ? '' : this.#name()
    return { does: 'create', kind, name, on: this.#tableOf(kind), unique, lenient }
  }

  /** Behind ON; a trigger may say `UPDATE OF a, b ON t`. */
  #tableOf(kind: ObjectKind): string | undefined {
    if (kind === 'table' || kind === 'view') return undefined
    const on = this.#tokens.findIndex((token, index) => index >= this.#at && keywordOf(token) === 'ON')
    if (on === -1) return undefined
    this.#at = on + 1
    this.#skip('ONLY')
    return this.#name()
  }

  #drop(): StatementAction {
    const kind = this.#kind()
    if (kind === undefined) return other
    this.#skip('CONCURRENTLY')
    const lenient = this.#skip('IF', 'EXISTS')
    return { does: 'drop', kind, name: this.#name(), lenient }
  }

  #alter(): StatementAction {
    if (this.#kind() !== 'table') return other
    this.#skip('IF', 'EXISTS')
    this.#skip('ONLY')
    const table = this.#name()
    const verb = this.#take()
    if (verb === 'RENAME' && this.#word() === 'TO') {
      this.#at += 1
      return { does: 'rename-table', table, to: this.#name() }
    }
    if (verb === 'ADD' && !noColumns.has(this.#word())) {
      this.#skip('COLUMN')
      this.#skip('IF', 'NOT', 'EXISTS')
      return { does: 'add-column', table, column: this.#name() }
    }
    if (verb === 'DROP' && !noColumns.has(this.#word())) {
      this.#skip('COLUMN')
      this.#skip('IF', 'EXISTS')
      return { does: 'drop-column', table, column: this.#name() }
    }
    return { does: 'alter', table, column: '' }
  }

  /** RENAME TABLE of one table. */
  #rename(): StatementAction {
    if (this.#kind() !== 'table') return other
    const table = this.#name()
    if (!this.#skip('TO')) return other
    const to = this.#name()
    return this.#at < this.#tokens.length ? other : { does: 'rename-table', table, to }
  }

  /** INSERT, REPLACE, UPDATE and DELETE, behind WITH as well. */
  #write(): StatementAction {
    const verbs = ['INSERT', 'REPLACE', 'UPDATE', 'DELETE']
    this.#at = this.#word() === 'WITH' ? this.#outside((word) => verbs.includes(word)) : 0
    const verb = this.#take()
    const replaces = verb === 'REPLACE' || this.#conflict() === 'REPLACE'
    if (verb === 'INSERT' || verb === 'REPLACE') {
      while (modifiers.has(this.#word())) this.#at += 1
      if (!this.#skip('INTO')) return other
      return this.#insert(replaces)
    }
    if (verb === 'DELETE') this.#skip('FROM')
    else if (verb !== 'UPDATE') return other
    const table = this.#name()
    const does = verb === 'UPDATE' ? 'update' : 'delete'
    return { does, table, where: this.#outside((word) => word === 'WHERE') < this.#tokens.length }
  }

  #insert(replaces: boolean): StatementAction {
    const table = this.#name()
    const columns = this.#word() === '(' ? this.#list() : undefined
    const select = this.#outside((word) => word === 'SELECT')
    const selects = select < this.#tokens.length
    const star = this.#outside((word, at) => word === '*' && this.#isColumnList(at)) < this.#tokens.length
    return { does: 'insert', table, replaces, columns, selects, star }
  }

  /** A `*` stands for columns here: it is no product. */
  #isColumnList(at: number): boolean {
    return ['SELECT', 'DISTINCT', 'ALL', ',', '.'].includes(keywordOf(this.#tokens[at - 1]))
  }

  /** `OR REPLACE` and the like. */
  #conflict(): string {
    if (this.#word() !== 'OR') return ''
    this.#at += 1
    return this.#take()
  }

  #list(): readonly string[] {
    const end = this.#tokens.findIndex((token, index) => index >= this.#at && token.text === ')')
    const names = this.#tokens.slice(this.#at + 1, end).filter(({ kind }) => kind !== 'sign')
    this.#at = end + 1
    return names.map(({ value }) => value)
  }

  /** The next word outside of parentheses for which something is true; the end where there is none. */
  #outside(isWanted: (word: string, at: number) => boolean): number {
    let depth = 0
    for (let at = this.#at; at < this.#tokens.length; at += 1) {
      const word = keywordOf(this.#tokens[at])
      if (word === '(') depth += 1
      else if (word === ')') depth -= 1
      else if (depth === 0 && isWanted(word, at)) return at
    }
    return this.#tokens.length
  }

  #kind(): ObjectKind | undefined {
    const at = this.#tokens.findIndex((token, index) => index < 5 && kinds.has(keywordOf(token)))
    if (at === -1) return undefined
    this.#at = at + 1
    return kinds.get(keywordOf(this.#tokens[at]))
  }

  #word(): string {
    return keywordOf(this.#tokens[this.#at])
  }

  #take(): string {
    const word = this.#word()
    this.#at += 1
    return word
  }

  #skip(...words: readonly string[]): boolean {
    const found = words.every((word, index) => keywordOf(this.#tokens[this.#at + index]) === word)
    if (found) this.#at += words.length
    return found
  }

  /** A name, without the schema in front of it. */
  #name(): string {
    while (keywordOf(this.#tokens[this.#at + 1]) === '.') this.#at += 2
    const { value = '' } = this.#tokens[this.#at] ?? {}
    this.#at += 1
    return value
  }
}
