import {
  type IntegrityProblem,
  MigrateError,
  type Session,
  type Step,
  type StepVerifier,
} from '@whimbrel/core'

/**
 * Checks that a rollback leaves a sound database: after each step what the step touched, and at the end all of it.
 * Views, triggers and keys that were broken before do not count. Needs a session with an inspector; without one nothing is checked. Make one
 * for each run. Throws INTEGRITY_BROKEN.
 */
export function rollbackVerifier(): StepVerifier {
  return new RollbackVerifier()
}

class RollbackVerifier implements StepVerifier {
  #before: ReadonlySet<string> = new Set()
  #last: Step | undefined

  async begin(session: Session): Promise<void> {
    this.#last = undefined
    // Keys, too: one row without its parent, left by somebody else, must not stand in the way of every rollback.
    const problems = (await session.inspector?.verify({ rows: 'keys' })) ?? []
    this.#before = new Set(problems.map(nameOf))
  }

  async afterStep(
    session: Session,
    { step, facts }: Parameters<StepVerifier['afterStep']>[1],
  ): Promise<void> {
    // A retry goes on in either direction.
    if (step.direction === 'up') return
    this.#last = step
    this.#judge(
      (await session.inspector?.verify({ names: facts.names })) ?? [],
      `Rolling ${step.id} back leaves`,
    )
  }

  async end(session: Session): Promise<void> {
    if (this.#last === undefined) return
    this.#judge((await session.inspector?.verify()) ?? [], 'The rollback leaves')
  }

  #judge(problems: readonly IntegrityProblem[], message: string): void {
    const found = problems.filter((problem) => !this.#before.has(nameOf(problem)))
    if (found.length === 0) return
    throw new MigrateError('INTEGRITY_BROKEN', `${message} ${found.map(describe).join(', ')}`, {
      hint: 'Correct the down of the migration so that it also drops or restores what is named here',
      details: { migration: this.#last?.id, broken: found },
    })
  }
}

function nameOf({ kind, object }: IntegrityProblem): string {
  return `${kind} ${object}`
}

function describe({ kind, object, message }: IntegrityProblem): string {
  if (kind === 'foreign-key') return `the table ${object} with broken foreign keys (${message})`
  if (kind === 'integrity') return `a damaged database (${message})`
  return `the ${kind} ${object} broken (${message})`
}
