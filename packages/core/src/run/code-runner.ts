import { MigrateError } from '../migrate-error.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Step } from '../plan/plan.ts'
import type { MigrationFunction } from '../ports/code-session.ts'
import type { Session, StopSignal } from '../ports/driver.ts'
import type { CodeFacts } from '../sql/code-facts.ts'
import { GuardedSession } from './guarded-session.ts'
import { damageError } from './step-error.ts'
import { waitUnless } from './wait-unless.ts'
import { WatchedSession } from './watched-session.ts'

export interface CodeContext {
  readonly dialect: Dialect
  readonly session: Session
  /** Tables that it may not change. */
  readonly protectedTables: readonly string[]
  readonly signal?: StopSignal | undefined
}

export interface CodeWork {
  readonly step: Step
  readonly run: MigrationFunction
  readonly facts: CodeFacts
}

/**
 * Runs one direction of a migration that is code, inside a transaction of the caller and by the rules for SQL. Throws
 * CODE_FAILED and INTERRUPTED, what the database has met under its own code, and ROWS_LOST and FOREIGN_KEYS_VIOLATED.
 */
export async function runCode({ step, run, facts }: CodeWork, context: CodeContext): Promise<void> {
  const { dialect, protectedTables, signal } = context
  const reason = () => (signal?.aborted ? interrupted(step) : undefined)
  const stop = () => {
    const error = reason()
    if (error !== undefined) throw error
  }
  const { foreignKeys, expectLoss } = step.migration
  const options = { dialect, facts, foreignKeys, expectLoss, beforeStatement: stop }
  const watched = new WatchedSession(context.session, options)
  const rules = { dialect, protectedTables, mode: 'transaction', owner: titleOf(step) } as const
  const session = new GuardedSession(watched, rules)
  try {
    stop()
    await waitUnless(run(session), reason)
  } catch (error) {
    await session.end()
    throw codeError(error, step)
  }
  if (await session.end()) throw unawaited(step)
  const error = damageError(step, await watched.damage())
  if (error !== undefined) throw error
}

/** `The up of 002_fill_slugs, which is code,`. */
function titleOf({ direction, id }: Step): string {
  return `The ${direction} of ${id}, which is code,`
}

/** The code is kept where it says what the database met; what the function itself did wrong is CODE_FAILED. */
function codeError(error: unknown, step: Step): MigrateError {
  if (MigrateError.is(error) && error.code === 'INTERRUPTED') return error
  const message = `${titleOf(step)} failed: ${error instanceof Error ? error.message : String(error)}`
  const { id: migration, direction } = step
  const details = { migration, direction }
  if (!MigrateError.is(error)) {
    const hint = 'Correct the function, then run the command again'
    return new MigrateError('CODE_FAILED', message, { hint, details, cause: error })
  }
  const code = error.exitCode === 2 ? 'CODE_FAILED' : error.code
  return new MigrateError(code, message, {
    hint: error.hint,
    details: { ...error.details, ...details },
    cause: error,
  })
}

function unawaited(step: Step): MigrateError {
  const message = `${titleOf(step)} returned before everything that it began with its session had ended`
  return new MigrateError('CODE_FAILED', message, {
    hint: 'Await every call of the session; forEach, for instance, awaits nothing',
    details: { migration: step.id, direction: step.direction },
  })
}

function interrupted({ id }: Step): MigrateError {
  return new MigrateError('INTERRUPTED', `${id} was interrupted`, {
    hint: 'Run the same command again to go on from here',
    details: { migration: id },
  })
}
