import { MigrateError } from '../migrate-error.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { CodeSession } from '../ports/code-session.ts'
import { suggest } from '../suggest.ts'
import type { RunReport } from './run-report.ts'

export interface HookContext {
  readonly step: Step
  /** On the connection of the run, inside the step's transaction where it has one; it ends with the hook. */
  readonly session: CodeSession
}

export interface RunHookContext {
  readonly plan: Plan
  /** On the connection of the run, outside any transaction: each statement stands alone. It ends with the hook. */
  readonly session: CodeSession
}

/**
 * Code around every step and around the run of one database, up and down. Each is awaited; none is called in a dry run,
 * for a plan, or where there are no steps. A hook that goes without a statement of its session for `hookTimeoutMs`, or
 * returns before all that it began has ended, has failed.
 */
export interface Hooks {
  /** Once for each step, before its first statement; when it throws, the step is not begun. */
  readonly before?: (context: HookContext) => void | Promise<void>
  /**
   * Once for each step, after its last statement, still inside its transaction; when it throws, the step is undone. A
   * step outside a transaction is in doubt then.
   */
  readonly after?: (context: HookContext) => void | Promise<void>
  /** After a failed step was undone, or left in doubt. What it throws undoes what it did, and is kept as `details.hookError`. */
  readonly error?: (context: HookContext & { readonly error: MigrateError }) => void | Promise<void>
  /** Once, under the lock, before the first step; when it throws, no step is begun and the run has failed. */
  readonly beforeRun?: (context: RunHookContext) => void | Promise<void>
  /**
   * Once, under the lock, when everything is committed and was read back. It undoes nothing: what it throws becomes a
   * finding of the report.
   */
  readonly afterRun?: (context: RunHookContext & { readonly report: RunReport }) => void | Promise<void>
  /** Once, under the lock, after a run that failed. What it throws becomes a finding of the report. */
  readonly errorRun?: (
    context: RunHookContext & { readonly report: RunReport; readonly error: MigrateError },
  ) => void | Promise<void>
}

export type HookName = keyof Hooks

const hookNames = ['before', 'after', 'error', 'beforeRun', 'afterRun', 'errorRun'] satisfies HookName[]

/** Throws USAGE for a hook that does not exist or is no function. */
export function checkHooks(hooks: Hooks): void {
  for (const [name, hook] of Object.entries(hooks)) {
    if (!(hookNames as readonly string[]).includes(name)) {
      const near = suggest(name, hookNames)
      throw new MigrateError('USAGE', `There is no hook "${name}"`, {
        hint: near === undefined ? `The hooks are ${hookNames.join(', ')}` : `Did you mean "${near}"?`,
      })
    }
    if (hook === undefined || typeof hook === 'function') continue
    throw new MigrateError('USAGE', `The ${name} hook is not a function`, {
      hint: 'Give a function; it may be asynchronous',
    })
  }
}
