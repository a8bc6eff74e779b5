import {
  MigrateError,
  type Safeguard,
  type SafeguardPreview,
  type Session,
  scriptFacts,
} from '@whimbrel/core'
import { mayDestroy } from '@whimbrel/rollback-manager'
import { type ConsentReason, consentNeeded } from '@whimbrel/version-tracker'
import type { ComposedDatabase } from './compose/compose-database.ts'

/**
 * Refuses what may lose data in a protected environment, unless the application has agreed to it in its code: nobody is
 * there who could be asked. A database that the run makes has nothing to lose.
 */
export function consentSafeguard(database: ComposedDatabase): Safeguard {
  return {
    before: async (context) => {
      if (!context.creates)
        await refuseWithoutConsent(database, context.session, () => isRisky(database, context))
      return {}
    },
  }
}

/** Throws CONSENT_REQUIRED where somebody has to agree to a change of this database. */
export async function refuseWithoutConsent(
  { name, driver, tracker, use }: ComposedDatabase,
  session: Session,
  risk: () => Promise<boolean> = async () => true,
): Promise<void> {
  const question = { stamp: await tracker.stamp(session), use, place: await driver.place?.() }
  const reason = consentNeeded({ ...question, risky: true })
  // Scripts are read only where the answer depends on them.
  if (reason === undefined || (reason.kind === 'protected' && !(await risk()))) return
  throw new MigrateError('CONSENT_REQUIRED', sentence(name, reason), {
    hint: `${otherWay(name, reason)}Look with "whimbrel plan" first, then add { consent: true } if this is meant`,
    details: { ...reason },
  })
}

async function isRisky(
  { driver }: ComposedDatabase,
  { plan, scriptOf }: Pick<SafeguardPreview, 'plan' | 'scriptOf'>,
): Promise<boolean> {
  for (const step of plan.steps) {
    if (mayDestroy(scriptFacts(await scriptOf(step), driver.dialect))) return true
  }
  return false
}

function sentence(name: string, reason: ConsentReason): string {
  if (reason.kind === 'other-environment') {
    const is = reason.copied ? 'was copied or moved from' : 'belongs to'
    const used = reason.used === null ? 'without an environment' : `in the environment ${reason.used}`
    return `${name} ${is} the protected ${environmentOf(reason.stamped)}, and this application was started ${used}`
  }
  const says = reason.says === 'manifest' ? '' : `, as the database ${name} itself says`
  return `The ${environmentOf(reason.environment)} is protected${says}, and this start can lose data of ${name}`
}

function environmentOf(name: string | null): string {
  return name === null ? 'environment without a name' : `environment ${name}`
}

function otherWay(name: string, reason: ConsentReason): string {
  if (reason.kind === 'protected') return ''
  const way = reason.stamped === null ? 'Leave "environment" out' : `Add { environment: "${reason.stamped}" }`
  return `${way}, or correct the url of ${name}. `
}
