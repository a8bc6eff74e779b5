import { randomBytes } from 'node:crypto'

/** A statement under the name by which the server knows it, or is about to. */
export interface NamedStatement {
  readonly text: string
  readonly name: string
  /** The server has parsed it already. */
  readonly isKnown: boolean
}

/**
 * Statements that a connection runs again and again, by the names under which the server keeps them: parsing and planning
 * those of this driver takes it longer than running them.
 */
export class PreparedStatements {
  // Nobody deallocates one by accident, or wants the name for another, whose name nobody can guess.
  readonly #prefix = `whimbrel_${randomBytes(9).toString('hex')}_`
  readonly #names = new Map<string, string>()
  #count = 0

  /** A name is given twice to no attempt: what became of one that failed nobody knows. */
  named(text: string): NamedStatement {
    const known = this.#names.get(text)
    if (known !== undefined) return { text, name: known, isKnown: true }
    this.#count += 1
    return { text, name: `${this.#prefix}${this.#count}`, isKnown: false }
  }

  /** The server has run it. */
  keep({ text, name }: NamedStatement): void {
    this.#names.set(text, name)
  }

  /** The server may have them no longer. */
  forget(): void {
    this.#names.clear()
  }
}
