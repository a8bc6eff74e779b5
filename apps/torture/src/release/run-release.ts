import { join } from 'node:path'
import { errorCodes, MigrateError } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { processOwner } from '@whimbrel/core/process'
import {
  type RecoveryReport,
  type ReleaseDatabase,
  type ReleaseEvent,
  type ReleaseReport,
  ReleaseRunner,
  releaseOf,
} from '@whimbrel/orchestrator'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { driverOf } from '../engines/server-database.ts'
import type { Said } from '../runner.ts'
import type { ReleaseJob, TellRelease } from './release-job.ts'

/** Migrates several databases as one with the packages, or recovers an interrupted run, as an application would. */
export async function runRelease(job: ReleaseJob, tell: TellRelease): Promise<Said> {
  const runner = new ReleaseRunner({
    databases: job.names.map((name) => databaseOf(name, job)),
    runner: processOwner('torture', '0.1.0'),
    onEvent: (event) => {
      const words = wordsOf(event)
      if (words.length > 0) tell(words)
      if (words.some((word) => word === job.killedAt)) process.kill(process.pid, 'SIGKILL')
    },
  })
  try {
    if (job.command === 'recover') {
      const reports = await runner.recover()
      return { exitCode: 0, message: reports.map(reported).join(), done: [] }
    }
    return { exitCode: 0, done: doneOf(await runner.run({ direction: 'up' })) }
  } catch (error) {
    return saidOf(error)
  }
}

function databaseOf(
  name: string,
  { folder, journal, servers = {}, withoutJournal = false, lockTimeoutMs = 0 }: ReleaseJob,
): ReleaseDatabase {
  const server = servers[name]
  const driver =
    server === undefined
      ? sqliteDriver({
          path: join(folder, `${name}.db`),
          pragmas: { journal_mode: journal },
          busyTimeoutMs: 5_000,
        })
      : driverOf(server)
  return {
    name,
    driver: withoutJournal ? Object.assign(driver, { runJournal: undefined }) : driver,
    tracker: sqlVersionTracker(server === undefined ? {} : { dialect: server.engine }),
    source: folderSource({ directory: join(folder, name) }),
    lockTimeoutMs,
  }
}

/** `finished: kept, finished, finished` */
function reported({ outcome, databases }: RecoveryReport): string {
  return `${outcome}: ${databases.map((each) => each.outcome).join(', ')}`
}

function wordsOf(event: ReleaseEvent): readonly string[] {
  if (event.type === 'release-decided') return ['decided']
  return event.type === 'committed' ? [event.database] : []
}

function saidOf(error: unknown): Said {
  const report = releaseOf(error)
  const done = report === undefined ? [] : doneOf(report)
  if (!MigrateError.is(error)) return { exitCode: 1, message: String(error), done }
  const { code, message, hint } = error
  return { exitCode: errorCodes[code], code, message, hint, done }
}

function doneOf({ databases }: ReleaseReport): readonly string[] {
  return databases.filter(({ outcome }) => outcome === 'migrated').map(({ database }) => database)
}
