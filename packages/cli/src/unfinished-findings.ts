import { type ErrorCode, type Finding, findingOf, MigrateError } from '@whimbrel/core'
import { ReleaseRunner, type UnfinishedRun } from '@whimbrel/orchestrator'
import { placeFlags } from './complete-hint.ts'
import { findingOutput } from './describe-error.ts'
import type { FindingOutput } from './output.ts'
import { enumerate } from './render/style.ts'
import { withEngines } from './render/with-engines.ts'
import type { Settings } from './settings.ts'
import type { Targets } from './target.ts'

/** A run over several databases that is not finished, as a finding; looks without a lock. Usually there is none. */
export async function unfinishedFindings(
  { all: databases }: Targets,
  settings: Settings,
): Promise<readonly FindingOutput[]> {
  const finding = await findingIn(databases)
  return finding === undefined ? [] : [findingOutput(finding, placeFlags(settings))]
}

/** A journal that cannot be read is one, too: it must not hide the rest. */
async function findingIn(databases: Targets['all']): Promise<Finding | undefined> {
  try {
    const run = await new ReleaseRunner({ databases }).unfinished()
    return run === undefined ? undefined : unfinished(run)
  } catch (error) {
    if (MigrateError.is(error)) return findingOf(error)
    throw error
  }
}

function unfinished({ runId, startedAt, by, databases, engines, elsewhere }: UnfinishedRun): Finding {
  return {
    code: 'RUN_UNFINISHED',
    message:
      `The run of ${by} over ${enumerate(withEngines(databases, engines))}, begun at ${startedAt}, is not finished: ` +
      'it was interrupted, or is going on at this moment',
    hint:
      elsewhere.length === 0
        ? 'The next command that writes finishes it first, and so does "whimbrel recover"; "whimbrel doctor" shows who holds a lock'
        : `Run "whimbrel recover" with a manifest that names ${enumerate(elsewhere)}, too; or leave the databases as they are with "whimbrel recover --forget"`,
    blocking: true,
    details: { runId },
  }
}

/** Refuses what makes no sense before such a run is finished. Throws its code. */
export function refuseUnfinished([finding]: readonly FindingOutput[]): void {
  if (finding === undefined) return
  const { code, message, hint } = finding
  throw new MigrateError(code as ErrorCode, message, { hint })
}
