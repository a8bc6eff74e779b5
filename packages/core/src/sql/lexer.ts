import type { Dialect, StringPrefix } from '../model/dialect.ts'
import { delimiterLine } from './delimiter-line.ts'
import { EnclosedText } from './enclosed-text.ts'
import { nestedCondition, neverEnds, nulCharacter, parameter, shellCommand } from './lexer-error.ts'
import {
  DASH,
  DIGIT,
  DOLLAR,
  DOT,
  HASH,
  LETTER,
  type LexisTables,
  lexisTables,
  NAME_QUOTE,
  PARAMETER,
  SEMICOLON_SIGN,
  SHELL_SIGN,
  SINGLE_SIGN,
  SLASH,
  SPACE,
  STRING_QUOTE,
} from './lexis-tables.ts'
import { argumentEnd, isDigit, isNumber, numberEnd } from './number-end.ts'
import { Operators } from './operators.ts'
import type { Origin } from './position.ts'
import {
  BLOCK_COMMENT,
  CONDITION,
  DIRECTIVE,
  END_OF_TEXT,
  LINE_COMMENT,
  NUMBER,
  OPERATOR,
  QUOTED_NAME,
  SEMICOLON,
  STRING,
  TERMINATOR,
  WORD,
} from './token.ts'

const BYTE_ORDER_MARK = 0xfeff
/** Half of a script is words: in a process that has just begun, a pattern is three times as fast as a loop. */
const WORD_PART = /[\w$\u0080-\uffff]*/y
const CONDITION_BEGIN = /\/\*M?!\d{0,6}/y
const AMPERSAND = 38
const APOSTROPHE = 39
const STAR = 42
const MINUS = 45
const SMALL_D = 100

/**
 * Walks through the tokens of a text, one `next()` at a time. What lies between two tokens is white space only.
 * Throws MIGRATION_SQL, with line and column, for what an engine would misread or silently skip.
 */
export class Lexer {
  readonly text: string
  readonly origin: Origin
  /** Kind of the current token. */
  kind = END_OF_TEXT
  /** Offset of its first character. */
  start = 0
  /** Offset after its last character. */
  end = 0
  /** What ends a statement in the place of the semicolon; empty where nothing does. */
  delimiter = ''
  /** Offset of the comment with SQL in it inside which the lexer stands, or -1. */
  condition = -1
  readonly #length: number
  readonly #tables: LexisTables
  readonly #enclosed: EnclosedText
  readonly #operators: Operators
  /** Kind of the last token that is no comment; as if a statement had ended at the begin. */
  #last = SEMICOLON

  constructor(text: string, { lexis }: Pick<Dialect, 'lexis'>, origin: Origin = {}) {
    this.text = text
    this.origin = origin
    this.#length = text.length
    this.#tables = lexisTables(lexis)
    this.#enclosed = new EnclosedText(this, this.#tables)
    this.#operators = new Operators(text, this.#tables)
    const nul = text.indexOf('\0')
    if (nul !== -1) throw nulCharacter(this, nul)
  }

  /** Moves to the next token and returns its kind, END_OF_TEXT at the end. */
  next(): number {
    const { text } = this
    const length = this.#length
    const { first } = this.#tables
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
    const kind =
      this.delimiter === '' ? this.#scan(type, character) : this.#scanUpToDelimiter(type, character)
    if (kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) this.#last = kind
    this.kind = kind
    return kind
  }

  /** The current token as written. */
  slice(): string {
    return this.text.slice(this.start, this.end)
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

  #scan(type: number, character: number): number {
    const next = this.start + 1
    switch (type) {
      case LETTER:
        return this.#word(character)
      case SINGLE_SIGN:
        this.end = next
        return OPERATOR
      case SEMICOLON_SIGN:
        this.end = next
        return SEMICOLON
      case DIGIT:
        return this.#number()
      case STRING_QUOTE:
        return this.#string(this.start)
      case NAME_QUOTE:
        return this.#quotedName(this.start)
      case DASH:
        return this.#beginsLineComment(next) ? this.#lineComment() : this.#operator()
      case HASH:
        return this.#lineComment()
      case SLASH:
        return this.text.charCodeAt(next) === STAR ? this.#blockComment() : this.#operator()
      case DOT:
        return isDigit(this.text.charCodeAt(next)) ? this.#number() : this.#operator()
      default:
        return this.#rare(type)
    }
  }

  #rare(type: number): number {
    switch (type) {
      case PARAMETER:
        throw this.#parameter()
      case DOLLAR:
        return this.#dollar()
      case SHELL_SIGN:
        throw shellCommand(this, this.start)
      default:
        return this.#operator()
    }
  }

  /** Where a delimiter is agreed on it ends tokens, also in the middle of what would be one: `END$$`. */
  #scanUpToDelimiter(type: number, character: number): number {
    const { text, delimiter, start } = this
    if (text.startsWith(delimiter, start)) {
      this.end = start + delimiter.length
      return TERMINATOR
    }
    const kind = this.#scan(type, character)
    if (kind === WORD || kind === NUMBER || kind === OPERATOR) {
      const at = text.slice(start, this.end + delimiter.length - 1).indexOf(delimiter)
      if (at !== -1) this.end = start + at
    }
    return kind
  }

  #word(character: number): number {
    if (character < 128 && this.#tables.stringPrefix[character] === 1) {
      const kind = this.#prefixed(character)
      if (kind !== undefined) return kind
    }
    this.end = this.#wordEnd(this.start + 1)
    const mayBeDelimiterLine = (character | 32) === SMALL_D && this.#tables.lexis.delimiterLines
    return mayBeDelimiterLine && /^DELIMITER$/i.test(this.slice()) ? this.#delimiterLine() : WORD
  }

  #delimiterLine(): number {
    const isBetween = this.#last === SEMICOLON || this.#last === DIRECTIVE || this.#last === TERMINATOR
    const line = delimiterLine(this, isBetween)
    if (line === undefined) return WORD
    this.delimiter = line.delimiter === ';' ? '' : line.delimiter
    this.end = line.end
    return DIRECTIVE
  }

  /** A string or a quoted name with letters in front. */
  #prefixed(character: number): number | undefined {
    const { prefixes, first } = this.#tables
    const found = prefixes.get(character)
    if (found === undefined) return undefined
    const { prefix, names } = found
    if (prefix.length === 2 && this.text.charCodeAt(this.start + 1) !== AMPERSAND) return undefined
    const at = this.start + prefix.length
    const mark = this.text.charCodeAt(at)
    if (mark === APOSTROPHE) return this.#string(at, found)
    return names && mark < 128 && first[mark] === NAME_QUOTE ? this.#quotedName(at) : undefined
  }

  #wordEnd(from: number): number {
    WORD_PART.lastIndex = from
    WORD_PART.test(this.text)
    return WORD_PART.lastIndex
  }

  #number(): number {
    const { lexis, ranges } = this.#tables
    const end = numberEnd(this.text, this.start, ranges)
    // Letters directly behind a number are wrong everywhere or make it a name; a dollar sign may begin a string.
    this.end = lexis.dollarQuotes && this.text[end] === '$' ? end : this.#wordEnd(end)
    return lexis.digitsBeginNames && !isNumber(this.slice()) ? WORD : NUMBER
  }

  #string(mark: number, prefix?: StringPrefix): number {
    this.end = this.#enclosed.stringEnd(mark, prefix)
    return STRING
  }

  #quotedName(mark: number): number {
    this.end = this.#enclosed.nameEnd(mark)
    return QUOTED_NAME
  }

  #dollar(): number {
    const end = this.#enclosed.dollarStringEnd()
    if (end !== undefined) {
      this.end = end
      return STRING
    }
    if (!isDigit(this.text.charCodeAt(this.start + 1))) return this.#operator()
    // An argument of a function, or a parameter: who reads statements can tell.
    this.end = argumentEnd(this.text, this.start + 1)
    return NUMBER
  }

  #parameter(): Error {
    return parameter(this, this.#wordEnd(this.start + 1))
  }

  #beginsLineComment(second: number): boolean {
    if (this.text.charCodeAt(second) !== MINUS) return false
    // Of a character behind the end nothing is more than a space either.
    return !this.#tables.lexis.comments.spaceBehindDashes || !(this.text.charCodeAt(second + 1) > 32)
  }

  #lineComment(): number {
    this.end = this.#enclosed.lineCommentEnd()
    return LINE_COMMENT
  }

  #blockComment(): number {
    CONDITION_BEGIN.lastIndex = this.start
    if (this.#tables.lexis.comments.conditional && CONDITION_BEGIN.test(this.text)) {
      return this.#conditionBegin(CONDITION_BEGIN.lastIndex)
    }
    this.end = this.#enclosed.blockCommentEnd()
    return BLOCK_COMMENT
  }

  #conditionBegin(end: number): number {
    if (this.condition !== -1) throw nestedCondition(this)
    this.condition = this.start
    this.end = end
    return CONDITION
  }

  #operator(): number {
    if (this.condition !== -1 && this.text.startsWith('*/', this.start)) {
      this.condition = -1
      this.end = this.start + 2
      return CONDITION
    }
    this.end = this.#operators.endAt(this.start)
    return OPERATOR
  }
}
