import type { Finding } from '@whimbrel/core'

/** What a check found out about one migration. */
export interface CheckedMigration {
  readonly id: string
  /** The file, as shown to people. */
  readonly file?: string | undefined
  /**
   * `cycled`: applied, taken back and applied again. `applied`: only applied, because it is irreversible. `unchecked`:
   * not even that, because one before it failed.
   */
  readonly outcome: 'cycled' | 'applied' | 'unchecked'
  /** What is wrong with it. */
  readonly findings: readonly Finding[]
  /** What the check could not look at, or had to allow for. */
  readonly notes: readonly string[]
}
