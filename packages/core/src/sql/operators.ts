import type { LexisTables } from './lexis-tables.ts'

/** Signs with which an operator may end in `+` or `-`: `@-` is one operator, `=-` is two. */
const BINDING = '~!@#%^&|`?'

/**
 * Finds the ends of operators. Where any run of signs is one, as in PostgreSQL, it goes up to a comment, without the
 * `+` and `-` at its end unless a sign that binds them stands before; what was found out about a run serves for all
 * operators in it, and what else has two signs has no more. Elsewhere an operator is a chain of pairs.
 */
export class Operators {
  readonly #text: string
  readonly #tables: LexisTables
  /** Offset behind the run that was looked at last. */
  #end = 0
  /** Offset behind its last sign that binds. */
  #bound = 0
  /** Offset of the `+` and `-` at its end, or its end. */
  #loose = 0

  constructor(text: string, tables: LexisTables) {
    this.#text = text
    this.#tables = tables
  }

  /** Offset behind the operator that begins at an offset. */
  endAt(start: number): number {
    if (!this.#isSign(start)) return this.#chainEnd(start)
    if (start >= this.#end) this.#lookAtRun(start)
    return this.#bound > start ? this.#end : Math.max(start + 1, this.#loose)
  }

  #chainEnd(start: number): number {
    const text = this.#text
    const { operatorPairs, lexis } = this.#tables
    let at = start + 1
    let last = text.charCodeAt(start)
    for (;;) {
      const behind = text.charCodeAt(at)
      if (!(behind < 128) || operatorPairs[last * 128 + behind] !== 1) return at
      last = behind
      at += 1
      if (lexis.operatorSigns !== '') return at
    }
  }

  #lookAtRun(start: number): void {
    let at = start
    this.#bound = start
    this.#loose = start
    while (this.#isSign(at) && !(at > start && beginsComment(this.#text, at))) {
      const sign = this.#text.charAt(at)
      at += 1
      if (sign !== '+' && sign !== '-') this.#loose = at
      if (BINDING.includes(sign)) this.#bound = at
    }
    this.#end = at
  }

  #isSign(at: number): boolean {
    return this.#tables.operatorSign[this.#text.charCodeAt(at)] === 1
  }
}

function beginsComment(text: string, at: number): boolean {
  const sign = text[at]
  return (sign === '-' && text[at + 1] === '-') || (sign === '/' && text[at + 1] === '*')
}
