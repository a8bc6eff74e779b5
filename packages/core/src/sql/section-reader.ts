import type { Dialect, ScriptMode } from '../model/dialect.ts'
import type { Statement } from '../model/script.ts'
import type { Lexer } from './lexer.ts'
import { type LexisTables, lexisTables } from './lexis-tables.ts'
import { errorAtLine, sqlErrorAt } from './position.ts'
import { BLOCK_COMMENT, END_OF_TEXT, LINE_COMMENT, OPERATOR, SEMICOLON, WORD } from './token.ts'
import { TokenHash } from './token-hash.ts'

/** Statements and checksum of one part of a text. */
export interface Section {
  readonly statements: readonly Statement[]
  /** `sha256:<hex>` over the significant tokens. */
  readonly checksum: string
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
  readonly #dialect: Dialect
  readonly #options: SectionOptions
  readonly #tables: LexisTables
  readonly #hash = new TokenHash()
  readonly #statements: Statement[] = []
  readonly #from: number
  #line: number
  /** Everything in front of this offset is counted in #line. */
  #counted: number
  /** Offsets of the open statement, -1 when none is open. */
  #first = -1
  #last = -1
  #verb = ''
  /** Words of the statement so far, as long as it may turn out to have a body. */
  #opening: string | undefined
  #inBody = false
  #behindSemicolon = false
  #behindEnd = false

  constructor(lexer: Lexer, dialect: Dialect, options: SectionOptions) {
    this.#lexer = lexer
    this.#dialect = dialect
    this.#options = options
    this.#tables = lexisTables(dialect.lexis)
    this.#from = options.from ?? 0
    this.#counted = this.#from
    this.#line = options.firstLine ?? 1
  }

  read(): Section {
    const lexer = this.#lexer
    const { onLineComment } = this.#options
    for (;;) {
      const kind = lexer.next()
      if (kind === END_OF_TEXT) break
      if (kind === LINE_COMMENT) {
        if (onLineComment?.(lexer)) break
      } else if (kind === SEMICOLON) this.#semicolon()
      else if (kind !== BLOCK_COMMENT) this.#token(kind)
    }
    this.#close()
    return { statements: this.#statements, checksum: this.#hash.digest() }
  }

  #token(kind: number): void {
    const { text, start, end } = this.#lexer
    this.#hash.add(text, start, end)
    this.#last = end
    if (this.#first === -1) this.#open(kind)
    else if (this.#inBody) this.#bodyToken(kind)
    else if (this.#opening !== undefined) this.#openingWord(kind)
  }

  #open(kind: number): void {
    const lexer = this.#lexer
    this.#first = lexer.start
    this.#verb = kind === WORD ? lexer.slice().toUpperCase() : ''
    this.#opening = this.#tables.bodyPrefixes.has(this.#verb) ? this.#verb : undefined
    if (kind === OPERATOR && /[.\\]/.test(lexer.text.charAt(lexer.start))) throw this.#shellCommand()
  }

  #openingWord(kind: number): void {
    const opening = kind === WORD ? `${this.#opening} ${this.#lexer.slice().toUpperCase()}` : ''
    this.#inBody = this.#tables.bodies.has(opening)
    this.#opening = this.#tables.bodyPrefixes.has(opening) ? opening : undefined
  }

  #bodyToken(kind: number): void {
    this.#behindEnd = this.#behindSemicolon && kind === WORD && this.#lexer.slice().toUpperCase() === 'END'
    this.#behindSemicolon = false
  }

  #semicolon(): void {
    if (!this.#inBody || this.#behindEnd) {
      this.#close()
      return
    }
    const lexer = this.#lexer
    this.#hash.add(lexer.text, lexer.start, lexer.end)
    this.#last = lexer.end
    this.#behindSemicolon = true
  }

  /** Ends the open statement, at a semicolon or at the end of the section. */
  #close(): void {
    if (this.#first === -1) return
    this.#hash.add(';', 0, 1)
    const line = this.#lineOf(this.#first)
    this.#refuse(line)
    const start = this.#first - this.#from
    this.#statements.push({ start, end: this.#last - this.#from, line, verb: this.#verb })
    this.#first = -1
    this.#opening = undefined
    this.#inBody = false
    this.#behindSemicolon = false
    this.#behindEnd = false
  }

  #lineOf(offset: number): number {
    const { text } = this.#lexer
    let at = text.indexOf('\n', this.#counted)
    while (at !== -1 && at < offset) {
      this.#line += 1
      this.#counted = at + 1
      at = text.indexOf('\n', this.#counted)
    }
    return this.#line
  }

  #refuse(line: number): void {
    const { mode, part } = this.#options
    if (mode === undefined) return
    const rule = this.#dialect.refusals.get(this.#verb)
    if (rule === undefined) return
    const sql = this.#lexer.text.slice(this.#first, this.#last)
    const refusal = rule(sql, mode)
    if (refusal === undefined) return
    const statement = this.#statements.length + 1
    const where = part === undefined ? '' : ` of the ${part} part`
    throw errorAtLine(
      'MIGRATION_FORBIDDEN',
      { ...this.#lexer.origin, line },
      {
        message: `statement ${statement}${where}, ${refusal.statement}, ${refusal.rule}`,
        hint: refusal.hint,
        details: { statement, part },
      },
    )
  }

  #shellCommand(): Error {
    const lexer = this.#lexer
    const line = lexer.text.slice(lexer.start).split(/\s/, 1)[0]
    return sqlErrorAt(
      { text: lexer.text, offset: lexer.start, origin: lexer.origin },
      {
        message: `${line} is a command of the engine's own shell, not SQL`,
        hint: 'Write the SQL itself, or run the command in the shell, outside the migrations',
      },
    )
  }
}
