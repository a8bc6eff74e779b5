import type { IntegrityProblem, ScriptFacts, Session } from '@whimbrel/core'

/** What is wrong with a scratch database: each thing is reported once. */
export class KnownProblems {
  readonly #known = new Set<string>()

  /** What is wrong after a script and was not before. */
  async after({ names }: Pick<ScriptFacts, 'names'>, session: Session): Promise<readonly IntegrityProblem[]> {
    const problems = (await session.inspector?.verify({ names })) ?? []
    return problems.filter((problem) => !this.#known.has(keyOf(problem)))
  }

  remember(problems: readonly IntegrityProblem[]): void {
    for (const problem of problems) this.#known.add(keyOf(problem))
  }
}

function keyOf({ kind, object }: IntegrityProblem): string {
  return `${kind} ${object}`
}
