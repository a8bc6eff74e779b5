import type { LintStatement } from './lint-statement.ts'
import type { RehearsedMigration } from './rehearsed-migration.ts'
import { isInScope, type SchemaProblem } from './schema-problems.ts'

/** A problem with the migration, and where it can be told the statement, that brought it. */
export interface OpenProblem {
  readonly problem: SchemaProblem
  readonly rehearsed: RehearsedMigration
  readonly statement: LintStatement | undefined
}

/** Follows problems through migrations: what a later one repairs is none, and neither is what was there before. */
export class ProblemLedger {
  readonly #before: ReadonlySet<string>
  readonly #open = new Map<string, OpenProblem>()

  constructor(before: readonly SchemaProblem[]) {
    this.#before = new Set(before.map(keyOf))
  }

  /** Takes down what there is behind a migration, among what has or mentions one of the names. */
  note(rehearsed: RehearsedMigration, problems: readonly SchemaProblem[], names: ReadonlySet<string>): void {
    const now = new Map(problems.map((problem) => [keyOf(problem), problem]))
    for (const [key, { problem }] of this.#open)
      if (!now.has(key) && isInScope(problem, names)) this.#open.delete(key)
    for (const [key, problem] of now) {
      if (this.#before.has(key) || this.#open.has(key)) continue
      this.#open.set(key, { problem, rehearsed, statement: culprit(problem, rehearsed) })
    }
  }

  get open(): readonly OpenProblem[] {
    return [...this.#open.values()]
  }
}

function keyOf({ kind, object, parent }: SchemaProblem): string {
  return JSON.stringify([kind, object.toLowerCase(), parent.toLowerCase()])
}

/** The last statement that changes the schema and names what is broken; or else the last that names a part of it. */
function culprit(problem: SchemaProblem, { statements }: RehearsedMigration): LintStatement | undefined {
  const changing = statements.filter(({ verb }) => ['CREATE', 'ALTER', 'DROP'].includes(verb))
  const words = [problem.object, problem.parent]
    .filter((name) => name !== '')
    .map((name) => name.toLowerCase())
  const mentioned = problem.message.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []
  return naming(changing, words) ?? naming(changing, mentioned) ?? changing.at(-1)
}

function naming(statements: readonly LintStatement[], names: readonly string[]): LintStatement | undefined {
  return statements.findLast(({ tokens }) => tokens.some(({ value }) => names.includes(value.toLowerCase())))
}
