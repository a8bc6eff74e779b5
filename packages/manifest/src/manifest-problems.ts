import { type ErrorCode, MigrateError } from '@whimbrel/core'

/** One thing that is wrong with a manifest, and where. */
export interface ManifestProblem {
  /** Default MANIFEST_INVALID. */
  readonly code?: ErrorCode
  /** Offset in the manifest's text. */
  readonly offset: number
  /** JSON path: `databases.settings.url`. */
  readonly path?: string
  readonly text: string
  readonly hint: string
  /** More facts for programs. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** Problems that are told of one manifest. */
const most = 100

/** Gathers what is wrong with one manifest, so that it is told at once. */
export class ManifestProblems {
  readonly #file: string
  readonly #text: string
  readonly #found: ManifestProblem[] = []

  constructor(file: string, text: string) {
    this.#file = file
    this.#text = text
  }

  /** True when there is more than anybody reads: what is added now is left out. */
  get full(): boolean {
    return this.#found.length >= most
  }

  add(problem: ManifestProblem): void {
    if (!this.full) this.#found.push(problem)
  }

  /** True where something was reported between two offsets. */
  within(start: number, end: number): boolean {
    return this.#found.some(({ offset }) => offset >= start && offset < end)
  }

  /** Throws one error for all of them: the first by position speaks, the others are in `details.problems`. */
  throwIfAny(): void {
    const [first, ...rest] = this.#found.toSorted((a, b) => a.offset - b.offset)
    if (first === undefined) return
    throw new MigrateError(
      first.code ?? 'MANIFEST_INVALID',
      `${this.#tell(first)}${this.#others(rest.length)}`,
      {
        hint: first.hint,
        details: {
          file: this.#file,
          ...this.position(first.offset),
          ...(first.path === undefined ? {} : { path: first.path }),
          ...first.facts,
          problems: rest.map((problem) => `${this.#tell(problem)}. ${problem.hint}`),
        },
      },
    )
  }

  /** 1-based line and column of an offset. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const lines = this.#text.slice(0, offset).split(/\r\n|\n|\r/)
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
  }

  #others(count: number): string {
    if (count === 0) return ''
    return ` (and ${this.full ? 'at least ' : ''}${count} more ${count === 1 ? 'problem' : 'problems'})`
  }

  #tell(problem: ManifestProblem): string {
    const { line, column } = this.position(problem.offset)
    return `${this.#file}:${line}:${column}: ${problem.text}`
  }
}
