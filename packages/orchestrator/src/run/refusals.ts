import { MigrateError, refusal, stepGroups } from '@whimbrel/core'
import type { ReleasePart, ReleasePlan } from '../plan/release-plan.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { StateErrors } from './release-states.ts'

/** Why a plan must not be carried out, by database: everything that is wrong with each of them as one error. */
export function refusals(
  { parts, findings }: ReleasePlan,
  { errors, databases }: { readonly errors: StateErrors; readonly databases: readonly ReleaseDatabase[] },
): ReadonlyMap<string, MigrateError> {
  const refused = new Map<string, MigrateError>()
  const names = parts.map(({ database }) => database)
  for (const [index, part] of parts.entries()) {
    // What was found in a database that takes no part stands in the way of the first one that does.
    const isHere = (database: string) =>
      database === part.database || (index === 0 && !names.includes(database))
    const across = findings.filter(({ database }) => isHere(database))
    const { transaction } = databases.find(({ name }) => name === part.database) ?? {}
    const error =
      errors.get(part.database) ??
      refusal([...part.plan.findings, ...across]) ??
      indivisible(part, transaction)
    if (error !== undefined) refused.set(part.database, error)
  }
  // Also of databases that the run is not about: one that cannot be read may need what is rolled back.
  for (const { database } of findings) {
    if (parts.some((part) => part.database === database) || refused.has(database)) continue
    const error = refusal(findings.filter((finding) => finding.database === database))
    if (error !== undefined) refused.set(database, error)
  }
  return refused
}

/** Where a database on its own is to have one transaction, and its steps cannot share one. */
function indivisible(
  { release, plan }: ReleasePart,
  transaction: ReleaseDatabase['transaction'],
): MigrateError | undefined {
  if (release === 'atomic' || transaction === undefined) return undefined
  try {
    stepGroups(plan.steps, transaction)
    return undefined
  } catch (error) {
    if (MigrateError.is(error)) return error
    throw error
  }
}
