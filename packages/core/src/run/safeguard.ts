import type { Finding } from '../model/finding.ts'
import type { Script } from '../model/script.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { Driver, ScriptFacts, Session } from '../ports/driver.ts'
import type { RunIdentity, VersionTracker } from '../ports/version-tracker.ts'
import type { RunReport } from './run-report.ts'

/** Looks after what a run could lose: before it as a whole, before each step, and when it has ended. */
export interface Safeguard {
  /**
   * Once, before the lock is taken, when it is known what would be run and there is something; not in a dry run. Here a
   * person may be asked. What it throws refuses the run before anything is touched. Not called where a migration is in
   * doubt and nothing can be planned yet: `before` always is.
   */
  ahead?(context: SafeguardPreview): Promise<void>
  /**
   * Once, under the lock and outside a transaction, when the plan is settled and has steps; not in a dry run. What it
   * throws stops the run before anything is changed.
   */
  before(context: SafeguardContext): Promise<Safety>
  /** Before the first statement of each step, inside its transaction where it has one. What it throws undoes the step. */
  beforeStep?(context: SafeguardStep): Promise<void>
  /**
   * After the run, also after one that failed. Returns what people should know about; what it throws becomes a finding
   * of the report, too, because the run is over.
   */
  after?(context: SafeguardEnd): Promise<readonly Finding[]>
}

/** What would be done, as it can be seen without a lock. */
export interface SafeguardPreview {
  readonly plan: Plan
  readonly driver: Driver
  /** True where the run makes the database: there is nothing to lose. */
  readonly creates: boolean
  /** The SQL that a step will run. */
  readonly scriptOf: (step: Step) => Promise<Script>
}

export interface SafeguardContext extends SafeguardPreview {
  readonly session: Session
  readonly run: RunIdentity
  /** Tables of the version tracker. */
  readonly trackingTables: readonly string[]
}

export interface SafeguardStep {
  readonly session: Session
  readonly step: Step
  readonly script: Script
  readonly facts: ScriptFacts
}

/** How a run ended. Its transactions are over, and the lock is still held. */
export interface SafeguardEnd {
  readonly report: RunReport
  readonly driver: Driver
  readonly tracker: VersionTracker
}

/** What was put away before a run. */
export interface Safety {
  /** Path of the backup that was taken; it goes into the history of every step. */
  readonly backup?: string | undefined
}
