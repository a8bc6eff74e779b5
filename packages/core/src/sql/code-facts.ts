import type { ScriptFacts } from '../ports/driver.ts'

/** What code may do: anything. Its names become known while it runs. */
export class CodeFacts implements ScriptFacts {
  readonly #names = new Set<string>()
  readonly keywords: ReadonlySet<string>

  /** `keywords`: every word that decides what is checked. */
  constructor(keywords: Iterable<string>) {
    this.keywords = new Set(keywords)
  }

  get names(): ReadonlySet<string> {
    return this.#names
  }

  /** Notes what one of its statements names. */
  add({ names }: Pick<ScriptFacts, 'names'>): void {
    for (const name of names) this.#names.add(name)
  }
}
