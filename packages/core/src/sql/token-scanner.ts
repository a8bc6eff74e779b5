import type { StringPrefix } from '../model/dialect.ts'
import { EnclosedText } from './enclosed-text.ts'
import { type LexerPlace, nestedCondition, nulCharacter, parameter, shellCommand } from './lexer-error.ts'
import {
  DASH,
  DIGIT,
  DOLLAR,
  DOT,
  HASH,
  LETTER,
  type LexisTables,
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
  LINE_COMMENT,
  NUMBER,
  OPERATOR,
  QUOTED_NAME,
  SEMICOLON,
  STRING,
  WORD,
} from './token.ts'

/** Half of a script is words: in a process that has just begun, a pattern is three times as fast as a loop. */
const WORD_PART = /[\w$\u0080-\uffff]*/y
const CONDITION_BEGIN = /\/\*M?!\d{0,6}/y
const AMPERSAND = 38
const APOSTROPHE = 39
const STAR = 42
const MINUS = 45

/** Reads the one token that begins at `start`, and leaves its end in `end`. */
export class TokenScanner implements LexerPlace {
  readonly text: string
  readonly origin: Origin
  /** Offset of the first character of the current token. */
  start = 0
  /** Offset after its last character. */
  end = 0
  /** Offset of the comment with SQL in it inside which the lexer stands, or -1. */
  condition = -1
  readonly #tables: LexisTables
  readonly #enclosed: EnclosedText
  readonly #operators: Operators

  constructor(text: string, tables: LexisTables, origin: Origin) {
    this.text = text
    this.origin = origin
    this.#tables = tables
    this.#enclosed = new EnclosedText(this, tables)
    this.#operators = new Operators(text, tables)
    const nul = text.indexOf('\0')
    if (nul !== -1) throw nulCharacter(this, nul)
  }

  /** The current token as written. */
  slice(): string {
    return this.text.slice(this.start, this.end)
  }

  /** `type` is that of the first character in the tables. Returns the kind of the token. */
  protected scan(type: number, character: number): number {
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
        return this.#digits()
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

  #word(character: number): number {
    if (character < 128 && this.#tables.stringPrefix[character] === 1) {
      const kind = this.#prefixed(character)
      if (kind !== undefined) return kind
    }
    this.end = this.#wordEnd(this.start + 1)
    return WORD
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

  /** Nearly every number is digits in front of a comma or the like. */
  #digits(): number {
    const { text } = this
    let at = this.start + 1
    let character = text.charCodeAt(at)
    while (isDigit(character)) {
      at += 1
      character = text.charCodeAt(at)
    }
    const behind = this.#tables.first[character]
    if (behind !== SPACE && behind !== SINGLE_SIGN && behind !== SEMICOLON_SIGN) return this.#number()
    this.end = at
    return NUMBER
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
