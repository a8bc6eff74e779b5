import type { MigrateError } from '../migrate-error.ts'
import type { Applied } from '../model/applied.ts'
import type { Step } from '../plan/plan.ts'
import type { Driver } from '../ports/driver.ts'
import type { VersionTracker } from '../ports/version-tracker.ts'
import { commitUnknownError } from './run-errors.ts'
import { asMigrateError } from './step-error.ts'
import { withClosing } from './with-closing.ts'

/** Finds out what became of a commit that ended with an error: that does not mean "not kept". */
export class CommitFate {
  readonly #driver: Driver
  readonly #tracker: VersionTracker

  constructor({ driver, tracker }: { readonly driver: Driver; readonly tracker: VersionTracker }) {
    this.#driver = driver
    this.#tracker = tracker
  }

  /** Whether these steps, done in one transaction, were kept. */
  async ofSteps(steps: readonly Step[]): Promise<'yes' | 'no' | 'unknown'> {
    const records = await this.#recordsNow()
    if (records === undefined) return 'unknown'
    const versions = new Set(records.map(({ version }) => version))
    const isKept = ({ direction, migration }: Step) =>
      versions.has(migration.version) === (direction === 'up')
    return steps.every(isKept) ? 'yes' : 'no'
  }

  /** What the error means for a step outside a transaction; undefined: it is done. */
  async ofLoneStep(step: Step, error: MigrateError): Promise<MigrateError | undefined> {
    if (error.details.commit !== true) return error
    const records = await this.#recordsNow()
    if (records === undefined) return commitUnknownError(error)
    const record = records.find(({ version }) => version === step.migration.version)
    if (record?.state === 'in-doubt') return error
    const isDone = (record === undefined) === (step.direction === 'down')
    return isDone ? undefined : asMigrateError(error.cause)
  }

  /** Read on a connection of its own; undefined where nobody can. */
  async #recordsNow(): Promise<readonly Applied[] | undefined> {
    try {
      const session = await this.#driver.session('read')
      return await withClosing(
        () => session.close(),
        () => this.#tracker.applied(session),
      )
    } catch {
      // The error of the commit says more than the one of looking.
      return undefined
    }
  }
}
