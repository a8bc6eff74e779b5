import type { Lexer } from './lexer.ts'
import type { OpenBlock, StatementBody } from './statement-body.ts'
import { OPERATOR, WORD } from './token.ts'

/** The body of a function in PostgreSQL that is written as SQL: from `BEGIN ATOMIC` to its `END`, with CASE … END in it. */
export class AtomicBody implements StatementBody {
  readonly #blocks: OpenBlock[] = []
  #previous = ''
  #previousAt = 0

  get open(): OpenBlock | undefined {
    return this.#blocks.at(-1)
  }

  token(lexer: Lexer): void {
    const isWord = lexer.kind === WORD
    const text = isWord ? lexer.slice().toUpperCase() : lexer.kind === OPERATOR ? lexer.slice() : ''
    // Behind these any keyword is a name: t.end, AS end.
    const isName = this.#previous === '.' || this.#previous === 'AS'
    if (isWord && !isName) this.#keyword(text, lexer.start)
    this.#previous = isName ? '' : text
    this.#previousAt = lexer.start
  }

  semicolon(): boolean {
    this.#previous = ';'
    return this.#blocks.length === 0
  }

  #keyword(word: string, at: number): void {
    const { open } = this
    if (open === undefined) {
      if (word === 'ATOMIC' && this.#previous === 'BEGIN') {
        this.#blocks.push({ word: 'BEGIN ATOMIC', at: this.#previousAt })
      }
    } else if (word === 'CASE') this.#blocks.push({ word, at })
    else if (word === 'END' && (open.word === 'CASE' || this.#endsStatement())) this.#blocks.pop()
  }

  #endsStatement(): boolean {
    return this.#previous === ';' || this.#previous === 'ATOMIC'
  }
}
