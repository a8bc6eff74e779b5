import { type DatabaseStatus, MigrationRunner, retry, type VersionTracker } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { processOwner } from '@whimbrel/core/process'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { driverOf } from '../engines/server-database.ts'
import { doneOf, saidOf } from '../run-whimbrel.ts'
import type { Said } from '../runner.ts'
import type { ServerJob, ServerRunnerName } from './server-job.ts'

/** Does a job with the packages, as an application would. */
export async function runServer(name: ServerRunnerName, job: ServerJob): Promise<Said> {
  return withRunner(name, job, async (runner) => {
    const { command, interrupted } = job
    try {
      const report = await (command === 'up'
        ? runner.up()
        : runner.run(...retry(interrupted === undefined ? {} : { interrupted })))
      return { exitCode: 0, done: doneOf(report) }
    } catch (error) {
      return saidOf(error)
    }
  })
}

/** What `status` knows. Rejects where it cannot look. */
export function serverStatus(name: ServerRunnerName, job: ServerJob): Promise<DatabaseStatus> {
  return withRunner(name, job, (runner) => runner.status())
}

async function withRunner<T>(
  name: ServerRunnerName,
  { place, migrations, lockTimeoutMs }: ServerJob,
  work: (runner: MigrationRunner) => Promise<T>,
): Promise<T> {
  const driver = driverOf(place)
  const tracker = sqlVersionTracker({ dialect: place.engine })
  const source = folderSource({ directory: migrations })
  const runner = processOwner('torture', '0.1.0')
  const options = { driver, source, lockTimeoutMs, runner }
  try {
    return await work(
      new MigrationRunner({ ...options, tracker: name === 'whimbrel' ? tracker : forgetful(tracker) }),
    )
  } finally {
    await driver.close().catch(() => undefined)
  }
}

/** The mistake: the record says that a migration has begun, and never how far it is. */
function forgetful<T extends VersionTracker>(tracker: T): T {
  tracker.progress = async () => undefined
  return tracker
}
