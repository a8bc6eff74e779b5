import type { Lexer } from './lexer.ts'
import type { StatementBody } from './statement-body.ts'
import { WORD } from './token.ts'

/** The body of a trigger of SQLite: it ends at the semicolon behind an `END` that follows a semicolon. */
export class TriggerBody implements StatementBody {
  /** SQLite itself says what is missing. */
  readonly open = undefined
  #behindSemicolon = false
  #behindEnd = false

  token(lexer: Lexer): void {
    this.#behindEnd = this.#behindSemicolon && lexer.kind === WORD && lexer.slice().toUpperCase() === 'END'
    this.#behindSemicolon = false
  }

  semicolon(): boolean {
    if (this.#behindEnd) return true
    this.#behindSemicolon = true
    return false
  }
}
