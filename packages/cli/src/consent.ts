import {
  MigrateError,
  type Safeguard,
  type Session,
  type SnapshotObstacle,
  type Step,
  scriptFacts,
} from '@whimbrel/core'
import { mayDestroy, withoutBackup } from '@whimbrel/rollback-manager'
import { type ConsentReason, consentNeeded, type Stamp } from '@whimbrel/version-tracker'
import type { CommandContext } from './command.ts'
import type { Target, Targets } from './target.ts'

type Context = Pick<CommandContext<unknown>, 'options' | 'settings' | 'terminal'>

/** Can what is about to be done lose something? Asked only where it matters. */
type Risk = () => Promise<boolean>

const always: Risk = async () => true

/** Knows which databases somebody has agreed to change, and asks where it can. */
export class Consent {
  readonly #command: string
  readonly #targets: Targets
  readonly #context: Context
  readonly #given = new Set<string>()
  /** Those that may be changed without a backup before. */
  readonly #withoutBackup = new Set<string>()

  constructor(command: string, targets: Targets, context: Context) {
    this.#command = command
    this.#targets = targets
    this.#context = context
  }

  /**
   * Before anything is touched and without a lock: asks the person at the terminal where somebody has to agree. Throws
   * CONSENT_REQUIRED where there is none, or where the answer is no.
   */
  async ahead(target: Target, risk: Risk = always): Promise<void> {
    const reason = await this.#reason(target, { stamp: () => stampOf(target), risk })
    if (reason === undefined) return
    if (!(await this.#isAgreed(target, reason))) throw this.#refusal(target, reason)
    this.#given.add(target.name)
  }

  /** The same under the lock, where nobody is asked any more. */
  async check(target: Target, session: Session, risk: Risk = always): Promise<void> {
    const reason = await this.#reason(target, { stamp: () => target.tracker.stamp(session), risk })
    if (reason !== undefined) throw this.#refusal(target, reason)
  }

  /**
   * Where a backup is wanted and cannot be made, somebody has to agree to go on without it; under the lock nobody is
   * asked any more. Throws CONSENT_REQUIRED.
   */
  async withoutBackup(target: Target, obstacle: SnapshotObstacle, when: 'ahead' | 'locked'): Promise<void> {
    if (this.#context.options.yes === true || this.#withoutBackup.has(target.name)) return
    const refusal = backupRefusal(obstacle)
    if (when === 'locked' || !(await this.#isTyped(target, refusal.message))) throw refusal
    this.#withoutBackup.add(target.name)
  }

  /** As the safeguard of a run: a step up is a risk where it may destroy, anything else always is. */
  safeguard(target: Target): Safeguard {
    return {
      ahead: async ({ plan, creates, scriptOf }) => {
        if (!creates) await this.ahead(target, riskOf(plan.steps, { target, scriptOf }))
      },
      before: async ({ plan, session, creates, scriptOf }) => {
        if (!creates) await this.check(target, session, riskOf(plan.steps, { target, scriptOf }))
        return {}
      },
    }
  }

  async #reason(
    { name, driver }: Target,
    { stamp: read, risk }: { stamp: () => Promise<Stamp | undefined>; risk: Risk },
  ): Promise<ConsentReason | undefined> {
    const { options } = this.#context
    if (options.yes === true || this.#given.has(name)) return undefined
    const { environment, manifest } = this.#targets
    const use = { environment, protected: manifest?.protected === true }
    const stamp = await read()
    const question = { stamp, use, place: await driver.place?.() }
    const reason = consentNeeded({ ...question, risky: true })
    // Its scripts are read only where the answer depends on them.
    return reason?.kind !== 'protected' || (await risk()) ? reason : undefined
  }

  #isAgreed(target: Target, reason: ConsentReason): Promise<boolean> {
    return this.#isTyped(target, this.#sentence(target.name, reason))
  }

  async #isTyped({ name }: Target, sentence: string): Promise<boolean> {
    const { terminal, settings } = this.#context
    if (terminal.ask === undefined || settings.json) return false
    const question = `${sentence}.\nType the name of the database, ${name}, to go on: `
    return (await terminal.ask(question))?.trim() === name
  }

  #refusal({ name }: Target, reason: ConsentReason): MigrateError {
    const look =
      'Look with "whimbrel status" and --dry-run first, then add --yes or type its name on a terminal'
    return new MigrateError('CONSENT_REQUIRED', this.#sentence(name, reason), {
      hint: reason.kind === 'protected' ? look : `${otherWay(name, reason)}. ${look}, if this is meant`,
      details: { database: name, ...reason },
    })
  }

  #sentence(name: string, reason: ConsentReason): string {
    if (reason.kind === 'other-environment') {
      const is = reason.copied ? 'was copied or moved from' : 'belongs to'
      const used = reason.used === null ? 'without an environment' : `in the environment ${reason.used}`
      return `${name} ${is} the protected ${environmentOf(reason.stamped)}, and ${this.#command} was called ${used}`
    }
    const who = `The ${environmentOf(reason.environment)} is protected`
    const says = reason.says === 'manifest' ? '' : `, as the database ${name} itself says`
    return `${who}${says}, and ${this.#command} can lose data of ${name}`
  }
}

/** A plan says it with the same words. */
export function backupRefusal(obstacle: SnapshotObstacle): MigrateError {
  return withoutBackup(obstacle, 'add --yes, or set "backup": { "before": "never" } in the manifest')
}

function environmentOf(name: string | null): string {
  return name === null ? 'environment without a name' : `environment ${name}`
}

function otherWay(name: string, { stamped }: Extract<ConsentReason, { kind: 'other-environment' }>): string {
  const selected = stamped === null ? 'Leave --env out' : `Add --env ${stamped}`
  return `${selected}, or correct the url of ${name}`
}

function riskOf(
  steps: readonly Step[],
  {
    target,
    scriptOf,
  }: { target: Target; scriptOf: Parameters<NonNullable<Safeguard['ahead']>>[0]['scriptOf'] },
): Risk {
  return async () => {
    for (const step of steps) {
      if (step.direction === 'down' || step.done !== undefined) return true
      if (mayDestroy(scriptFacts(await scriptOf(step), target.driver.dialect))) return true
    }
    return false
  }
}

/** Read without a lock; a database that does not exist has none. */
async function stampOf({ driver, tracker }: Target): Promise<Stamp | undefined> {
  if (!(await driver.exists())) return undefined
  const session = await driver.session('read')
  try {
    return await tracker.stamp(session)
  } finally {
    await session.close()
  }
}
