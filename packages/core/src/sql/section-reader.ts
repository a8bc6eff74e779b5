import type { Dialect, ScriptMode } from '../model/dialect.ts'
import type { Statement } from '../model/script.ts'
import { leadingTokens } from './leading-tokens.ts'
import type { Lexer } from './lexer.ts'
import { neverEnds, parameter, shellCommand, sqlError } from './lexer-error.ts'
import { type LexisTables, lexisTables } from './lexis-tables.ts'
import { type StatementBody, statementBody } from './statement-body.ts'
import { StatementGuard } from './statement-guard.ts'
import {
  CONDITION,
  DIRECTIVE,
  END_OF_TEXT,
  LINE_COMMENT,
  NUMBER,
  OPERATOR,
  SEMICOLON,
  TERMINATOR,
  WORD,
} from './token.ts'
import { TokenHash } from './token-hash.ts'

/** Statements and checksum of one part of a text. */
export interface Section {
  readonly statements: readonly Statement[]
  /** `sha256:<hex>` over the significant tokens. */
  readonly checksum: string
  /** Beginning of the first statement by which the engine commits, `CREATE TABLE`; undefined where there is none. */
  readonly commits: string | undefined
}

export interface SectionOptions {
  /** Offset at which the section begins: offsets of statements count from here. */
  readonly from?: number
  /** Line of the file at that offset. */
  readonly firstLine?: number
  /** Refuses what the dialect refuses in this mode; nothing is refused where it is left out. */
  readonly mode?: ScriptMode
  /** Name of the part for messages: `up`, `down`. */
  readonly part?: string
  /** Sees every line comment; true ends the section in front of it. */
  readonly onLineComment?: (lexer: Lexer) => boolean
}

/** Reads one section from where the lexer stands, in one walk. Throws MIGRATION_SQL and MIGRATION_FORBIDDEN. */
export function readSection(lexer: Lexer, dialect: Dialect, options: SectionOptions = {}): Section {
  return new SectionReader(lexer, dialect, options).read()
}

class SectionReader {
  readonly #lexer: Lexer
  readonly #onLineComment: ((lexer: Lexer) => boolean) | undefined
  readonly #tables: LexisTables
  readonly #guard: StatementGuard | undefined
  readonly #commitRules: Dialect['commits']
  readonly #lexis: Dialect['lexis']
  #commits: string | undefined
  readonly #hash = new TokenHash()
  readonly #statements: Statement[] = []
  readonly #from: number
  /** The line on which the next line feed stands, whose offset is beside it. */
  #line: number
  #lineFeed: number
  /** Offsets of the open statement, -1 when none is open. */
  #first = -1
  #last = -1
  /** Undefined until its first token that is no CONDITION. */
  #verb: string | undefined
  /** Words of the statement so far, as long as it may turn out to have a body. */
  #opening: string | undefined
  #body: StatementBody | undefined
  /** Parentheses or arguments matter, as in PostgreSQL. */
  readonly #looksInside: boolean
  /** How many parentheses are open, and where the first of them stands. */
  #depth = 0
  #parenthesis = -1

  constructor(lexer: Lexer, dialect: Dialect, options: SectionOptions) {
    const { mode, part, from = 0, firstLine = 1, onLineComment } = options
    this.#lexer = lexer
    this.#onLineComment = onLineComment
    this.#tables = lexisTables(dialect.lexis)
    this.#looksInside = dialect.lexis.parentheses || dialect.lexis.dollarQuotes
    this.#guard = mode === undefined ? undefined : new StatementGuard(lexer, dialect, { mode, part })
    this.#commitRules = dialect.commits
    this.#lexis = dialect.lexis
    this.#from = from
    this.#lineFeed = lineFeedFrom(lexer.text, from)
    this.#line = firstLine
    lexer.beginPart()
  }

  read(): Section {
    const lexer = this.#lexer
    for (;;) {
      const kind = lexer.next()
      if (kind === END_OF_TEXT) break
      if (kind === LINE_COMMENT) {
        if (!this.#onLineComment?.(lexer)) continue
        if (lexer.delimiter !== '') throw this.#leftDelimiter()
        break
      }
      if (kind < SEMICOLON) this.#token(kind)
      else if (kind === SEMICOLON) this.#semicolon()
      else this.#rare(kind)
    }
    this.#end()
    return { statements: this.#statements, checksum: this.#hash.digest(), commits: this.#commits }
  }

  #rare(kind: number): void {
    if (kind === TERMINATOR) this.#close()
    else if (kind === CONDITION) this.#add()
    else if (kind === DIRECTIVE && this.#first !== -1) throw this.#insideStatement()
  }

  #token(kind: number): void {
    // The same as #add: a call per token is felt where a thousand files are read once.
    const { text, start, end } = this.#lexer
    this.#hash.add(text, start, end)
    this.#last = end
    if (this.#first === -1) this.#first = start
    if (this.#looksInside) this.#lookInside(kind)
    if (this.#verb === undefined) this.#begin(kind)
    else if (this.#body !== undefined) this.#body.token(this.#lexer)
    else if (this.#opening !== undefined) this.#openingToken(kind)
  }

  #lookInside(kind: number): void {
    if (kind === OPERATOR && this.#tables.lexis.parentheses) this.#countParenthesis()
    if (kind === NUMBER && this.#body === undefined) this.#refuseParameter()
  }

  /** A dollar sign with a number is an argument in the body of a function, and a parameter elsewhere. */
  #refuseParameter(): void {
    const lexer = this.#lexer
    const isParameter = lexer.text[lexer.start] === '$' && this.#tables.lexis.parameters.includes('$')
    if (isParameter) throw parameter(lexer, lexer.end)
  }

  #add(): void {
    const { text, start, end } = this.#lexer
    this.#hash.add(text, start, end)
    this.#last = end
    if (this.#first === -1) this.#first = start
  }

  #begin(kind: number): void {
    const lexer = this.#lexer
    const { bodies, bodyPrefixes, lexis } = this.#tables
    const verb = kind === WORD ? lexer.slice().toUpperCase() : ''
    this.#verb = verb
    if (bodies.has(verb)) this.#beginBody(verb)
    else if (bodyPrefixes.has(verb)) this.#opening = bodyPrefixes.get(verb)
    else if (kind === OPERATOR && lexis.shellBeginnings.includes(lexer.text.charAt(lexer.start))) {
      throw shellCommand(lexer, lexer.start)
    }
  }

  #openingToken(kind: number): void {
    const { bodies, bodyPrefixes } = this.#tables
    const words = kind === WORD ? `${this.#opening} ${this.#lexer.slice().toUpperCase()}` : ''
    if (bodies.has(words)) this.#beginBody(words)
    else if (bodyPrefixes.has(words)) this.#opening = bodyPrefixes.get(words)
    else if (!this.#opening?.endsWith('*')) this.#opening = undefined
  }

  #beginBody(words: string): void {
    this.#opening = undefined
    this.#body = statementBody(this.#tables.lexis.body, { words, at: this.#first })
    this.#body.token(this.#lexer)
  }

  #countParenthesis(): void {
    const { text, start } = this.#lexer
    const sign = text.charAt(start)
    if (sign === '(') {
      if (this.#depth === 0) this.#parenthesis = start
      this.#depth += 1
    } else if (sign === ')' && this.#depth > 0) this.#depth -= 1
  }

  #semicolon(): void {
    // Where the client has been told another sign, it alone ends a statement with a body.
    const isInBody = this.#body !== undefined && (!this.#body.semicolon() || this.#lexer.delimiter !== '')
    if (isInBody || this.#depth > 0) this.#add()
    else this.#close()
  }

  /** At the end of the section nothing may be open any more. */
  #end(): void {
    const lexer = this.#lexer
    if (this.#depth > 0) {
      throw neverEnds(lexer, this.#parenthesis, { what: 'parenthesis', hint: 'Close it with )' })
    }
    const open = this.#body?.open
    if (open !== undefined) {
      const hint = this.#tables.lexis.delimiterLines
        ? 'Close it with END, or put DELIMITER // in front of the statement and // behind it'
        : 'Close it with END'
      throw neverEnds(lexer, open.at, { what: open.word, hint })
    }
    this.#close()
  }

  #close(): void {
    if (this.#first === -1) return
    const lexer = this.#lexer
    if (lexer.condition !== -1) throw this.#cutCondition()
    this.#hash.add(';', 0, 1)
    const verb = this.#verb ?? ''
    const line = this.#lineOf(this.#first)
    const number = this.#statements.length + 1
    this.#guard?.check({ from: this.#first, to: this.#last, verb, line, number })
    if (this.#commits === undefined && this.#commitRules.size > 0) this.#commits = this.#commitOf(verb)
    this.#statements.push({ start: this.#first - this.#from, end: this.#last - this.#from, line, verb })
    this.#first = -1
    this.#verb = undefined
    this.#opening = undefined
    this.#body = undefined
    this.#depth = 0
  }

  #commitOf(verb: string): string | undefined {
    const statement = this.#lexer.text.slice(this.#first, this.#last)
    if (this.#commitRules.get(verb)?.(statement) !== true) return undefined
    return leadingTokens(statement, { lexis: this.#lexis }, 2).join(' ')
  }

  #lineOf(offset: number): number {
    while (this.#lineFeed < offset) {
      this.#line += 1
      this.#lineFeed = lineFeedFrom(this.#lexer.text, this.#lineFeed + 1)
    }
    return this.#line
  }

  #insideStatement(): Error {
    return sqlError(this.#lexer, this.#lexer.start, {
      message: `a DELIMITER line stands inside the statement that begins on line ${this.#lineOf(this.#first)}`,
      hint: 'End that statement first, with a semicolon or what the DELIMITER line before says',
    })
  }

  #leftDelimiter(): Error {
    return sqlError(this.#lexer, this.#lexer.start, {
      message: `the part above this marker ends while ${this.#lexer.delimiter} still ends its statements`,
      hint: 'Put a line DELIMITER ; in front of the marker',
    })
  }

  #cutCondition(): Error {
    return neverEnds(this.#lexer, this.#lexer.condition, {
      what: 'comment with SQL in it',
      hint: 'Close it with */ in front of the end of the statement',
    })
  }
}

function lineFeedFrom(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  return at === -1 ? text.length : at
}
