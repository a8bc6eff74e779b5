import { MigrateError } from '../migrate-error.ts'
import type { Step } from '../plan/plan.ts'
import type { HookName } from './hooks.ts'

/** Which hook it is about. */
export interface HookOwner {
  readonly name: HookName
  /** Undefined for a hook of the run. */
  readonly step: Step | undefined
}

/** `The before hook of 002_roles`. */
export function hookTitle({ name, step }: HookOwner): string {
  return `The ${name} hook${step === undefined ? '' : ` of ${step.id}`}`
}

/**
 * What a hook has thrown, with its name. The code is kept where it says what the database or the application met;
 * what the hook itself did wrong is HOOK_FAILED.
 */
export function hookError(error: unknown, owner: HookOwner): MigrateError {
  const message = `${hookTitle(owner)} failed: ${error instanceof Error ? error.message : String(error)}`
  const facts = { migration: owner.step?.id, hook: owner.name }
  if (!MigrateError.is(error)) {
    const again =
      owner.name === 'afterRun' ? '; what was committed before it is kept' : ', then run the command again'
    const hint = `Correct the ${owner.name} hook${again}`
    return new MigrateError('HOOK_FAILED', message, { hint, details: facts, cause: error })
  }
  const { hint } = error
  const code = error.exitCode === 2 ? 'HOOK_FAILED' : error.code
  // A commit of the hook's own is not one of the run.
  const details = { ...error.details, ...facts, commit: undefined }
  return new MigrateError(code, message, { hint, details, cause: error })
}

/** A hook that does nothing and does not end. */
export function hangingHookError(owner: HookOwner, timeoutMs: number): MigrateError {
  return new MigrateError('HOOK_FAILED', `${hookTitle(owner)} has done nothing for ${timeoutMs} ms`, {
    hint: 'Find out what it waits for; hookTimeout, or hookTimeoutMs of a runner, sets how long it may, and 0 sets no limit',
    details: { migration: owner.step?.id, hook: owner.name, timeoutMs },
  })
}

/** A hook that has returned and left something running. */
export function unawaitedError(owner: HookOwner): MigrateError {
  const message = `${hookTitle(owner)} returned before everything that it began with its session had ended`
  return new MigrateError('HOOK_FAILED', message, {
    hint: 'Await every call of the session in the hook; forEach, for instance, awaits nothing',
    details: { migration: owner.step?.id, hook: owner.name },
  })
}

/** A wait for a hook that somebody asked to stop. */
export function interruptedHookError(owner: HookOwner): MigrateError {
  const message = `${owner.step?.id ?? 'The run'} was interrupted in its ${owner.name} hook`
  return new MigrateError('INTERRUPTED', message, {
    hint: 'Run the same command again to go on from here',
    details: { migration: owner.step?.id, hook: owner.name },
  })
}
