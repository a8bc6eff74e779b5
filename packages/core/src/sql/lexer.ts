import type { Dialect } from '../model/dialect.ts'
import { delimiterLine } from './delimiter-line.ts'
import { neverEnds } from './lexer-error.ts'
import { LETTER, type LexisTables, lexisTables, SPACE } from './lexis-tables.ts'
import type { Origin } from './position.ts'
import {
  BLOCK_COMMENT,
  DIRECTIVE,
  END_OF_TEXT,
  LINE_COMMENT,
  NUMBER,
  OPERATOR,
  SEMICOLON,
  TERMINATOR,
  WORD,
} from './token.ts'
import { TokenScanner } from './token-scanner.ts'

const BYTE_ORDER_MARK = 0xfeff
const DELIMITER = 'DELIMITER'

/**
 * Walks through the tokens of a text, one `next()` at a time. What lies between two tokens is white space only.
 * Throws MIGRATION_SQL, with line and column, for what an engine would misread or silently skip.
 */
export class Lexer extends TokenScanner {
  /** Kind of the current token. */
  kind = END_OF_TEXT
  /** What ends a statement in the place of the semicolon; empty where nothing does. */
  delimiter = ''
  readonly #length: number
  readonly #tables: LexisTables
  /** Kind of the last token that is no comment; as if a statement had ended at the begin. */
  #last = SEMICOLON

  constructor(text: string, { lexis }: Pick<Dialect, 'lexis'>, origin: Origin = {}) {
    const tables = lexisTables(lexis)
    super(text, tables, origin)
    this.#length = text.length
    this.#tables = tables
  }

  /** Moves to the next token and returns its kind, END_OF_TEXT at the end. */
  next(): number {
    const { text } = this
    const length = this.#length
    const { first, lexis } = this.#tables
    let at = this.end
    let character = 0
    let type = SPACE
    while (at < length) {
      character = text.charCodeAt(at)
      type = character < 128 ? (first[character] ?? 0) : character === BYTE_ORDER_MARK ? SPACE : LETTER
      if (type !== SPACE) break
      at += 1
    }
    this.start = at
    if (at === length) return this.#atEnd()
    this.kind = lexis.delimiterLines ? this.#scanForClient(type, character) : this.scan(type, character)
    return this.kind
  }

  /** To be called where another part of the text begins: nothing of the part before is open. */
  beginPart(): void {
    this.delimiter = ''
    this.#last = SEMICOLON
  }

  #atEnd(): number {
    if (this.condition !== -1) {
      throw neverEnds(this, this.condition, { what: 'comment with SQL in it', hint: 'Close it with */' })
    }
    this.end = this.start
    this.kind = END_OF_TEXT
    return END_OF_TEXT
  }

  /** As a client reads it that knows DELIMITER lines. */
  #scanForClient(type: number, character: number): number {
    const scanned =
      this.delimiter === '' ? this.scan(type, character) : this.#scanUpToDelimiter(type, character)
    const kind = scanned === WORD && this.#isDelimiterWord() ? this.#delimiterLine() : scanned
    if (kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) this.#last = kind
    return kind
  }

  /** Where a delimiter is agreed on it ends tokens, also in the middle of what would be one: `END$$`. */
  #scanUpToDelimiter(type: number, character: number): number {
    const { text, delimiter, start } = this
    if (text.startsWith(delimiter, start)) {
      this.end = start + delimiter.length
      return TERMINATOR
    }
    const kind = this.scan(type, character)
    if (kind === WORD || kind === NUMBER || kind === OPERATOR) {
      const at = text.slice(start, this.end + delimiter.length - 1).indexOf(delimiter)
      if (at !== -1) this.end = start + at
    }
    return kind
  }

  #isDelimiterWord(): boolean {
    return this.end - this.start === DELIMITER.length && this.slice().toUpperCase() === DELIMITER
  }

  #delimiterLine(): number {
    const isBetween = this.#last === SEMICOLON || this.#last === DIRECTIVE || this.#last === TERMINATOR
    const line = delimiterLine(this, isBetween)
    if (line === undefined) return WORD
    this.delimiter = line.delimiter === ';' ? '' : line.delimiter
    this.end = line.end
    return DIRECTIVE
  }
}
