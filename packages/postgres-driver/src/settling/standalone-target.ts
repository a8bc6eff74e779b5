import { postgresDialect, type SqlToken, sqlTokens } from '@whimbrel/core'

/** What a statement that cannot share a transaction is about; names as `to_regclass` takes them. */
export type StandaloneTarget =
  | { readonly kind: 'create-index'; readonly table: string; readonly index: string | undefined }
  | { readonly kind: 'drop-index'; readonly index: string }
  | { readonly kind: 'reindex-index'; readonly index: string }
  | { readonly kind: 'reindex-table'; readonly table: string }
  | { readonly kind: 'detach'; readonly table: string; readonly partition: string }
  | { readonly kind: 'shared'; readonly object: SharedObject; readonly name: string }
  /** Running it again does no harm, or nobody can tell. */
  | { readonly kind: 'other' }

/** Objects of the whole server. */
export type SharedObject = 'DATABASE' | 'TABLESPACE' | 'SUBSCRIPTION'

const shared: readonly string[] = ['DATABASE', 'TABLESPACE', 'SUBSCRIPTION'] satisfies SharedObject[]

/** Reads what a statement is about, as far as its effect can be seen later. */
export function standaloneTarget(sql: string): StandaloneTarget {
  const reader = new TokenReader(sqlTokens(sql, postgresDialect))
  return targetOf(reader) ?? { kind: 'other' }
}

function targetOf(reader: TokenReader): StandaloneTarget | undefined {
  const verb = reader.word()
  switch (verb) {
    case 'CREATE':
      reader.skip('UNIQUE')
      return reader.skip('INDEX') ? createdIndex(reader) : sharedObject(reader)
    case 'DROP':
      return reader.skip('INDEX') ? droppedIndex(reader) : sharedObject(reader)
    case 'REINDEX':
      return rebuilt(reader)
    case 'ALTER':
      return reader.skip('TABLE') ? detached(reader) : undefined
    default:
      return undefined
  }
}

function createdIndex(reader: TokenReader): StandaloneTarget | undefined {
  if (!reader.skip('CONCURRENTLY')) return undefined
  reader.skip('IF', 'NOT', 'EXISTS')
  const index = reader.is('ON') ? undefined : reader.value()
  if (!reader.skip('ON')) return undefined
  reader.skip('ONLY')
  const table = reader.name()
  return table === undefined ? undefined : { kind: 'create-index', table, index }
}

function droppedIndex(reader: TokenReader): StandaloneTarget | undefined {
  if (!reader.skip('CONCURRENTLY')) return undefined
  reader.skip('IF', 'EXISTS')
  const index = reader.name()
  return index === undefined ? undefined : { kind: 'drop-index', index }
}

function rebuilt(reader: TokenReader): StandaloneTarget | undefined {
  reader.skipParentheses()
  const object = reader.word()
  reader.skip('CONCURRENTLY')
  const name = reader.name()
  if (name === undefined) return undefined
  if (object === 'INDEX') return { kind: 'reindex-index', index: name }
  return object === 'TABLE' ? { kind: 'reindex-table', table: name } : undefined
}

function detached(reader: TokenReader): StandaloneTarget | undefined {
  reader.skip('IF', 'EXISTS')
  reader.skip('ONLY')
  const table = reader.name()
  if (table === undefined || !reader.skip('DETACH', 'PARTITION')) return undefined
  const partition = reader.name()
  return partition === undefined ? undefined : { kind: 'detach', table, partition }
}

function sharedObject(reader: TokenReader): StandaloneTarget | undefined {
  const object = reader.word()
  reader.skip('IF', 'EXISTS')
  const name = reader.value()
  if (name === undefined || !isShared(object)) return undefined
  return { kind: 'shared', object, name }
}

function isShared(object: string | undefined): object is SharedObject {
  return object !== undefined && shared.includes(object)
}

class TokenReader {
  readonly #tokens: readonly SqlToken[]
  #at = 0

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens
  }

  is(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead]
    return token?.kind === 'word' && token.text.toUpperCase() === word
  }

  /** Takes these words where they all follow. */
  skip(...words: readonly string[]): boolean {
    const follow = words.every((word, ahead) => this.is(word, ahead))
    if (follow) this.#at += words.length
    return follow
  }

  skipParentheses(): void {
    if (this.#tokens[this.#at]?.text !== '(') return
    while (this.#at < this.#tokens.length && this.#tokens[this.#at]?.text !== ')') this.#at += 1
    this.#at += 1
  }

  word(): string | undefined {
    const token = this.#tokens[this.#at]
    this.#at += 1
    return token?.kind === 'word' ? token.text.toUpperCase() : undefined
  }

  /** One name as the catalogue has it. */
  value(): string | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word' && token?.kind !== 'name') return undefined
    this.#at += 1
    return token.kind === 'word' ? token.text.toLowerCase() : token.value
  }

  /** A name with those in front of it, as it is written. */
  name(): string | undefined {
    const parts: string[] = []
    for (;;) {
      const token = this.#tokens[this.#at]
      if (token?.kind !== 'word' && token?.kind !== 'name') return undefined
      parts.push(token.text)
      this.#at += 1
      if (this.#tokens[this.#at]?.text !== '.') return parts.join('.')
      this.#at += 1
    }
  }
}
