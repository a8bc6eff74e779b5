import { MigrateError, refusal } from '@whimbrel/core'
import type { Target } from './target.ts'

/** What a database has and what it lacks, looked at now. */
export interface Inspection {
  /** Id of the newest applied migration, null where there is none. */
  readonly current: string | null
  /** Ids of what is not applied. */
  readonly pending: readonly string[]
  /** Why this service must not work on it; undefined when it may. */
  readonly problem: MigrateError | undefined
}

/** Compares a database with the migrations of this service. Writes nothing; what cannot be read is thrown. */
export async function inspect({ runner, version }: Target): Promise<Inspection> {
  const status = await runner.status()
  const skipped = new Set(status.plan.skipped.map(({ id }) => id))
  const wanted = status.available.filter(({ id }) => !skipped.has(id))
  const pending = await version.pending(wanted)
  return {
    current: status.applied.at(-1)?.id ?? null,
    pending: pending.map(({ id }) => id),
    problem: refusal(status.findings) ?? (await thrownBy(version.assertCurrent(wanted))),
  }
}

async function thrownBy(check: Promise<void>): Promise<MigrateError | undefined> {
  try {
    await check
    return undefined
  } catch (error) {
    if (MigrateError.is(error)) return error
    throw error
  }
}
