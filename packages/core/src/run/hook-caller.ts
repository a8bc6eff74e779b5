import type { MigrateError } from '../migrate-error.ts'
import type { Dialect, ScriptMode } from '../model/dialect.ts'
import type { Session, StopSignal } from '../ports/driver.ts'
import { CodeWatch } from './code-watch.ts'
import { GuardedSession } from './guarded-session.ts'
import {
  type HookOwner,
  hangingHookError,
  hookError,
  hookTitle,
  interruptedHookError,
  unawaitedError,
} from './hook-errors.ts'
import type { HookName, Hooks } from './hooks.ts'
import { waitUnless } from './wait-unless.ts'

export interface HookCallerOptions {
  readonly hooks: Hooks
  readonly dialect: Dialect
  /** Tables that a hook may not change. */
  readonly protectedTables: readonly string[]
  /** For how long a hook may go without a statement, in milliseconds; 0 or Infinity for any time. */
  readonly timeoutMs: number
  /** Interrupts the wait for a hook. */
  readonly signal?: StopSignal | undefined
}

type StepHookName = 'before' | 'after' | 'error'
type RunHookName = Exclude<HookName, StepHookName>
type Context<Name extends HookName> = Parameters<NonNullable<Hooks[Name]>>[0]

/** A context as the caller knows it: the hook gets a session of its own. */
export type Unguarded<Name extends HookName> = Omit<Context<Name>, 'session'> & { readonly session: Session }

/** One call of a hook. */
interface Call extends HookOwner {
  readonly context: { readonly session: Session }
  readonly mode: ScriptMode
}

/** Hooks that come when it is over, stopped or not. */
const afterwards: ReadonlySet<HookName> = new Set(['error', 'afterRun', 'errorRun'])

/** Calls hooks one at a time: each gets a session that ends with it, and nobody waits for ever. */
export class HookCaller {
  readonly #options: HookCallerOptions

  constructor(options: HookCallerOptions) {
    this.#options = options
  }

  has(name: HookName): boolean {
    return this.#options.hooks[name] !== undefined
  }

  /**
   * Calls a hook of a step. Throws HOOK_FAILED and INTERRUPTED, and what else the hook has met under its own code, each
   * with the names of hook and migration.
   */
  async ofStep<Name extends StepHookName>(name: Name, context: Unguarded<Name>): Promise<void> {
    if (!this.has(name)) return
    const { step, session } = context
    const mode = step.migration.transactional ? 'transaction' : 'none'
    const call = () => this.#call({ name, step, context, mode })
    // What the others leave is undone with their step. The transaction around it may be gone after an error.
    const alone = name === 'error' && mode === 'transaction' && (await isUsable(session))
    await (alone ? session.transaction(call) : call())
  }

  /** Calls a hook of the run, outside any transaction. Throws as `ofStep` does. */
  async ofRun<Name extends RunHookName>(name: Name, context: Unguarded<Name>): Promise<void> {
    if (!this.has(name)) return
    await this.#call({ name, step: undefined, context, mode: 'none' })
  }

  async #call({ context, mode, ...owner }: Call): Promise<void> {
    const { hooks, dialect, protectedTables } = this.#options
    const watch = watchFor(owner, { session: context.session, mode })
    const rules = { dialect, protectedTables, mode, watch }
    const session = new GuardedSession(context.session, { ...rules, owner: hookTitle(owner) })
    const reason = this.#reasonToStop(owner, session)
    let verdict = reason()
    try {
      if (verdict !== undefined) throw verdict
      const hook = hooks[owner.name] as (context: unknown) => unknown
      await waitUnless(hook.call(hooks, { ...context, session }), () => {
        verdict = reason()
        return verdict
      })
      if (await session.end()) {
        verdict = unawaitedError(owner)
        throw verdict
      }
      await watch?.settle()
    } catch (error) {
      await session.end()
      // What is said here names the hook already.
      throw error === verdict ? error : hookError(error, owner)
    }
  }

  /** Looks whether it is time to give up a hook. */
  #reasonToStop(owner: HookOwner, session: GuardedSession): () => MigrateError | undefined {
    const { timeoutMs, signal } = this.#options
    const listens = !(afterwards.has(owner.name) && signal?.aborted)
    return () => {
      if (listens && signal?.aborted) return interruptedHookError(owner)
      return timeoutMs > 0 && session.idleMs >= timeoutMs ? hangingHookError(owner, timeoutMs) : undefined
    }
  }
}

async function isUsable(session: Session): Promise<boolean> {
  return session.changes().then(
    () => true,
    () => false,
  )
}

/** What a hook does inside a step's transaction is looked after like what the step does. */
function watchFor(
  { step }: HookOwner,
  { session, mode }: { session: Session; mode: ScriptMode },
): CodeWatch | undefined {
  const { inspector } = session
  if (step === undefined || inspector === undefined || mode === 'none') return undefined
  return new CodeWatch({ session, inspector, step })
}
