import type { MigrationState, Plan, Step } from '../plan/plan.ts'

/**
 * Lets the run of one database wait for those of others, so that several are one run. Each call resolves when the run
 * may go on; what it throws undoes everything of this run that is not committed. They come in this order.
 */
export interface Coordination {
  /** The lock is held. Returns the plan of this database, from its state and those of the others. */
  decide(state: MigrationState): Promise<Plan>
  /** Before the safeguard looks at the plan and puts away what could be lost; also where there are no steps. */
  protect(): Promise<void>
  /** Before the transaction begins; not where there are no steps. */
  begin(safety: { readonly backup?: string | undefined }): Promise<void>
  /** Inside the transaction, before each step. */
  turn(step: Step): Promise<void>
  /** Every step is done, checked and recorded; whether the commit can be made is found out next. */
  applied(): Promise<void>
  /** Nothing but the commit comes next. */
  ready(): Promise<void>
  /** The commit is made and was read back; also where there are no steps. Hooks and safeguards of the end come next. */
  committed(): Promise<void>
  /** The run is over, done or failed with this error; the lock is still held. Must not throw. */
  leave(error?: unknown): Promise<void>
}
