import type { Direction, Finding, Plan, Step } from '@whimbrel/core'

/** `atomic`: all databases or none. `independent`: each on its own, a failure keeps the earlier ones. */
export type Release = 'atomic' | 'independent'

/** One step, and the database it belongs to. */
export interface ReleaseStep {
  readonly database: string
  readonly step: Step
}

/** Something that was noticed about one database of a release. */
export interface ReleaseFinding extends Finding {
  readonly database: string
}

/** What a release does with one database. */
export interface ReleasePart {
  readonly database: string
  /** Its steps in the order of the release. */
  readonly plan: Plan
  /**
   * Versions of everything it has, in the order in which dependencies across databases leave it: what `order` of a
   * MigrationState takes. Absent for a rollback.
   */
  readonly order?: readonly string[] | undefined
  /**
   * Whether it is kept and undone together with the other databases of the run. Where only one has steps, or could take
   * part, there is nobody to agree with: it is `independent`, and does what its own transaction mode says.
   */
  readonly release: Release
  /** Why it stands alone although an atomic run was asked for. */
  readonly reason?: string | undefined
}

/**
 * Steps that are carried out together: those of several databases in one atomic run, or consecutive ones of a database
 * that is on its own.
 */
export interface ReleasePhase {
  readonly release: Release
  /** Names of the databases, in the order of the release; one where the phase is independent. */
  readonly databases: readonly string[]
  readonly steps: readonly ReleaseStep[]
}

/** What would be done to several databases, in order, as data. */
export interface ReleasePlan {
  readonly direction: Direction
  /** One for every database of the request, in its order; also those with nothing to do. */
  readonly parts: readonly ReleasePart[]
  /** All steps of all databases in one order. */
  readonly phases: readonly ReleasePhase[]
  /** What concerns more than one database; findings about one stand in its plan. */
  readonly findings: readonly ReleaseFinding[]
}
