import { MigrateError } from '@whimbrel/core'
import type { UnfinishedRun } from '@whimbrel/orchestrator'

/** The error for those who only look: what was interrupted is finished by whoever migrates next. */
export function unfinishedRun({ runId, startedAt, by, databases }: UnfinishedRun): MigrateError {
  return new MigrateError(
    'RUN_UNFINISHED',
    `A run over ${databases.join(', ')} of ${by}, begun at ${startedAt}, was interrupted or is going on at this moment`,
    {
      hint: 'Wait for it; if nobody is running it any more, start with the mode "migrate" or run "whimbrel recover"',
      details: { runId, databases },
    },
  )
}
