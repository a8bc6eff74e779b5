import type { MigrateError } from '../migrate-error.ts'
import type { Step } from '../plan/plan.ts'
import type { Session } from '../ports/driver.ts'

export interface HookContext {
  readonly step: Step
  /** The session of the run, inside the step's transaction where it has one. */
  readonly session: Session
}

/** Code around every step, up and down. Each is called once per step and awaited; none in a dry run. */
export interface Hooks {
  /** Before the first statement; when it throws, the step is not begun. */
  readonly before?: (context: HookContext) => void | Promise<void>
  /**
   * After the last statement, still inside the step's transaction; when it throws, the step is undone. A step outside
   * a transaction is in doubt then.
   */
  readonly after?: (context: HookContext) => void | Promise<void>
  /** After a failed step was undone, or left in doubt. What it throws is kept as `details.hookError`. */
  readonly error?: (context: HookContext & { readonly error: MigrateError }) => void | Promise<void>
}
