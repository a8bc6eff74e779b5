import { mysqlDialect, type SqlToken, sqlTokens } from '@whimbrel/core'

/** A name of something, with the database in front of it where there is one. */
export interface ObjectName {
  readonly schema?: string
  readonly name: string
}

/** Walks over the tokens of one statement, from its first word on. */
export class StatementWords {
  readonly all: readonly SqlToken[]
  #at = 0

  constructor(sql: string) {
    this.all = sqlTokens(sql, mysqlDialect)
  }

  /** The keyword that comes next, in upper case, and goes on behind it; empty where there is none. */
  next(): string {
    this.#at += 1
    return this.#wordAt(this.#at - 1)
  }

  peek(): string {
    return this.#wordAt(this.#at)
  }

  get isAtEnd(): boolean {
    return this.#at >= this.all.length
  }

  /** Goes on behind these keywords where they come next. */
  skip(...words: readonly string[]): boolean {
    if (words.some((word, index) => this.#wordAt(this.#at + index) !== word)) return false
    this.#at += words.length
    return true
  }

  /** Goes on behind the next of these keywords, and says which it was. */
  skipTo(...words: readonly string[]): string | undefined {
    while (!this.isAtEnd) {
      const word = this.next()
      if (words.includes(word)) return word
    }
    return undefined
  }

  skipSign(sign: string): boolean {
    const token = this.all[this.#at]
    if (token?.kind !== 'sign' || token.text !== sign) return false
    this.#at += 1
    return true
  }

  /** Goes on behind a name. */
  name(): ObjectName | undefined {
    const first = this.#nameAt(this.#at)
    if (first === undefined) return undefined
    this.#at += 1
    if (!this.skipSign('.')) return { name: first }
    const second = this.#nameAt(this.#at)
    this.#at += 1
    return second === undefined ? undefined : { schema: first, name: second }
  }

  /** The names of a list with commas between them. */
  names(): readonly ObjectName[] {
    const names: ObjectName[] = []
    do {
      const name = this.name()
      if (name !== undefined) names.push(name)
    } while (this.skipSign(','))
    return names
  }

  has(...words: readonly string[]): boolean {
    return this.all.some(({ kind, text }) => kind === 'word' && words.includes(text.toUpperCase()))
  }

  #nameAt(at: number): string | undefined {
    const token = this.all[at]
    return token?.kind === 'word' || token?.kind === 'name' ? token.value : undefined
  }

  #wordAt(at: number): string {
    const token = this.all[at]
    return token?.kind === 'word' ? token.text.toUpperCase() : ''
  }
}
