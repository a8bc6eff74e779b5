import {
  type IntegrityProblem,
  MigrateError,
  type Session,
  type Step,
  type StepVerifier,
} from '@whimbrel/core'

/**
 * Checks that a rollback leaves a sound database: after each step what the step touched, and at the end all of it.
 * A view or trigger that did not compile before does not count. Needs a session with an inspector; without one
 * nothing is checked. Make one for each run.
 */
export function rollbackVerifier(): StepVerifier {
  return new RollbackVerifier()
}

class RollbackVerifier implements StepVerifier {
  #before: ReadonlySet<string> = new Set()
  #last: Step | undefined

  async begin(session: Session): Promise<void> {
    const problems = (await session.inspector?.verify({ rows: false })) ?? []
    this.#before = new Set(problems.map(nameOf))
  }

  async afterStep(
    session: Session,
    { step, facts }: Parameters<StepVerifier['afterStep']>[1],
  ): Promise<void> {
    this.#last = step
    this.#judge(
      (await session.inspector?.verify({ names: facts.names })) ?? [],
      `${step.id} was undone: rolling it back leaves`,
    )
  }

  async end(session: Session): Promise<void> {
    if (this.#last === undefined) return
    this.#judge((await session.inspector?.verify()) ?? [], 'The rollback was undone: it leaves')
  }

  #judge(problems: readonly IntegrityProblem[], message: string): void {
    const found = problems.filter((problem) => !this.#before.has(nameOf(problem)))
    if (found.length === 0) return
    const list = found.map(({ kind, object, message: words }) => `the ${kind} ${object} broken (${words})`)
    throw new MigrateError('INTEGRITY_BROKEN', `${message} ${list.join(', ')}`, {
      hint: 'Correct the down of the migration so that it also drops or restores what is named here',
      details: { migration: this.#last?.id, problems: found },
    })
  }
}

function nameOf({ kind, object }: IntegrityProblem): string {
  return `${kind} ${object}`
}
