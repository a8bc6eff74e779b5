import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** What came of one fault. One line of the result file. */
export interface Result {
  readonly scenario: string
  readonly case: string
  /** Where in the case: `pwrite64 17`, a cut, a round. With scenario and case unique. */
  readonly point: string
  /** True where the fault did happen. */
  readonly hit: boolean
  /** How many states were judged: one, except where many are rebuilt from one point. */
  readonly states: number
  /** The commit that was tried. */
  readonly commit?: string
  /** Words for what is wrong, with what was seen; absent where nothing is. */
  readonly wrong?: string | undefined
  readonly why?: string | undefined
  /** Words for what was left, to be counted. */
  readonly left?: string | undefined
}

/** The results of a campaign, kept as lines of JSON, so that it can be stopped and gone on with. */
export class Results {
  readonly #file: string | undefined
  readonly #commit: string
  readonly #known = new Map<string, Result>()

  /** Reads what is there already; without a file nothing is kept. */
  constructor(commit: string, file?: string) {
    this.#commit = commit
    this.#file = file
    if (file === undefined || !existsSync(file)) return
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line !== '') this.#remember(JSON.parse(line))
    }
  }

  get all(): readonly Result[] {
    return [...this.#known.values()]
  }

  has(scenario: string, name: string, point: string): boolean {
    return this.#known.has(keyOf({ scenario, case: name, point }))
  }

  add(result: Result): void {
    const stamped = { ...result, commit: this.#commit }
    this.#remember(stamped)
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(stamped)}\n`)
  }

  #remember(result: Result): void {
    this.#known.set(keyOf(result), result)
  }
}

function keyOf({ scenario, case: name, point }: Pick<Result, 'scenario' | 'case' | 'point'>): string {
  return `${scenario}|${name}|${point}`
}
