import { type Finding, findingOf } from '../model/finding.ts'
import type {
  Safeguard,
  SafeguardContext,
  SafeguardEnd,
  SafeguardPreview,
  SafeguardStep,
  Safety,
} from './safeguard.ts'
import { asMigrateError } from './step-error.ts'

/**
 * Several safeguards as one. `ahead`, `before` and `beforeStep` ask them in order and stop at the first that refuses; what they
 * put away is told together, a later one over an earlier one. `after` reaches all of them: what one throws is a finding
 * beside what the others return.
 */
export function combineSafeguards(...safeguards: readonly Safeguard[]): Safeguard {
  return {
    async ahead(context: SafeguardPreview): Promise<void> {
      for (const safeguard of safeguards) await safeguard.ahead?.(context)
    },
    async before(context: SafeguardContext): Promise<Safety> {
      let safety: Safety = {}
      for (const safeguard of safeguards) safety = { ...safety, ...(await safeguard.before(context)) }
      return safety
    },
    async beforeStep(context: SafeguardStep): Promise<void> {
      for (const safeguard of safeguards) await safeguard.beforeStep?.(context)
    },
    async after(context: SafeguardEnd): Promise<readonly Finding[]> {
      const findings: Finding[] = []
      for (const safeguard of safeguards) findings.push(...(await endedWith(safeguard, context)))
      return findings
    },
  }
}

async function endedWith(safeguard: Safeguard, context: SafeguardEnd): Promise<readonly Finding[]> {
  try {
    return (await safeguard.after?.(context)) ?? []
  } catch (error) {
    return [{ ...findingOf(asMigrateError(error)), blocking: false }]
  }
}
