import type { Migration, MigrationState, TransactionMode } from '@whimbrel/core'

/** One database as a release finds it: what exists, what is applied, and what it can do. */
export interface KnownDatabase {
  /** Its name in the manifest, which dependencies of other databases call it by. */
  readonly name: string
  /** Files and records; `others` is not looked at. */
  readonly state: MigrationState | UnknownState
  /** How its steps share transactions where it stands on its own; undefined where nobody said. */
  readonly transaction?: TransactionMode | undefined
  /** Whether its engine undoes schema changes with their transaction. */
  readonly transactionalDdl: boolean
  /** Name of its dialect; migrations for another one are skipped. Absent: all of them are for it. */
  readonly engine?: string | undefined
}

/** What is left of a state that could not be read. */
export interface UnknownState {
  /** Why, as a clause: `its file cannot be opened`. */
  readonly unknown: string
  /** Its migrations, where at least those could be read. */
  readonly available?: readonly Migration[] | undefined
}

/** True where files and records are known. */
export function isKnown(state: KnownDatabase['state']): state is MigrationState {
  return !('unknown' in state)
}
