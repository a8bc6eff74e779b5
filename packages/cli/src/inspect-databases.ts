import type { MigrateError } from '@whimbrel/core'
import { completeError } from './complete-error.ts'
import { toMigrateError } from './describe-error.ts'
import { statusOutput, troubledOutput } from './describe-status.ts'
import { type RunnerSettings, runnersOf } from './migration-runners.ts'
import type { StatusOutput } from './output.ts'
import { recordsOf } from './records-of.ts'

/** One looked-at database, with the error that kept it from being read. */
export interface InspectedDatabase {
  readonly output: StatusOutput
  readonly error?: MigrateError
}

/** Looks at every selected database; one that cannot be read does not hide the others. */
export async function inspectDatabases(settings: RunnerSettings): Promise<readonly InspectedDatabase[]> {
  const { runnerOf } = await runnersOf(settings)
  const inspected: InspectedDatabase[] = []
  for (const target of settings.targets.selected) {
    try {
      inspected.push({ output: statusOutput(target, await runnerOf(target).status()) })
    } catch (thrown) {
      const error = completeError(toMigrateError(thrown), target.flags)
      const exists = await target.driver.exists().catch(() => true)
      const records = await recordsOf(target)
      inspected.push({ output: troubledOutput(target, { error, exists, records }), error })
    }
  }
  return inspected
}
