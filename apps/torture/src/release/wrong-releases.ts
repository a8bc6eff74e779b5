import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Said } from '../runner.ts'
import { applyPending, openTracked } from '../wrong-runners.ts'
import type { ReleaseRunnerName } from './release-case.ts'
import type { ReleaseJob, RunRelease, TellRelease } from './release-job.ts'

/** How a protocol differs from one that is right. */
interface Mistake {
  readonly withoutJournal?: boolean
  readonly unsynced?: boolean
  readonly early?: boolean
  readonly trusting?: boolean
}

/**
 * The protocol of an atomic run in its smallest form, with one mistake each; `plain protocol` has none, so that it is
 * the mistake that is caught.
 */
export const wrongReleases: Record<Exclude<ReleaseRunnerName, 'whimbrel'>, RunRelease> = {
  'plain protocol': (job, tell) => run(job, tell, {}),
  'no run journal': (job, tell) => run(job, tell, { withoutJournal: true }),
  'run journal not synced': (job, tell) => run(job, tell, { unsynced: true }),
  'decides too early': (job, tell) => run(job, tell, { early: true }),
  'trusts the run journal': (job, tell) => run(job, tell, { trusting: true }),
}

/** One database of the release. */
interface Part {
  readonly name: string
  readonly path: string
  readonly migrations: string
}

async function run(job: ReleaseJob, tell: TellRelease, mistake: Mistake): Promise<Said> {
  const parts = [...job.names].sort().map((name) => ({
    name,
    path: join(job.folder, `${name}.db`),
    migrations: join(job.folder, name),
  }))
  try {
    recover(parts, job, mistake)
    if (job.command === 'up') release(parts, { job, tell, mistake })
    return { exitCode: 0, done: job.command === 'up' ? job.names : [] }
  } catch (error) {
    return { exitCode: 1, code: 'FAILED', message: String(error), hint: 'none', done: [] }
  }
}

function release(
  parts: readonly Part[],
  { job, tell, mistake }: { job: ReleaseJob; tell: TellRelease; mistake: Mistake },
): void {
  const opened = parts.map((part) => ({ ...part, database: openTracked(part.path, job.journal) }))
  const journal = journalOf(parts)
  try {
    for (const { database } of opened) database.exec('BEGIN IMMEDIATE')
    const pending = opened.map((part, index) => {
      if (mistake.early && index === parts.length - 1) write(journal, [], mistake)
      return applyPending(part.database, part.migrations)
    })
    if (pending.every((count) => count === 0)) return
    if (!mistake.early) write(journal, [], mistake)
    tell(['decided'])
    const done: string[] = []
    for (const { name, database } of opened) {
      database.exec('COMMIT')
      tell([name])
      done.push(name)
      if (mistake.trusting) write(journal, done, mistake)
    }
  } finally {
    // What is still open is rolled back by that.
    for (const { database } of opened) database.close()
    remove(journal)
  }
}

/** Goes forward where a decision stands, one database after the other. */
function recover(parts: readonly Part[], { journal }: ReleaseJob, mistake: Mistake): void {
  const path = journalOf(parts)
  if (!existsSync(path)) return
  const { done }: { done: readonly string[] } = JSON.parse(readFileSync(path, 'utf8'))
  for (const part of parts) {
    if (mistake.trusting && done.includes(part.name)) continue
    const database = openTracked(part.path, journal)
    try {
      database.exec('BEGIN IMMEDIATE')
      applyPending(
        database,
        part.migrations,
        mistake.trusting ? ['003_places', '004_rebuild_people'] : undefined,
      )
      database.exec('COMMIT')
    } finally {
      database.close()
    }
  }
  remove(path)
}

function journalOf([first]: readonly Part[]): string {
  return `${first?.path}.run`
}

function write(path: string, done: readonly string[], { withoutJournal, unsynced }: Mistake): void {
  if (withoutJournal) return
  const descriptor = openSync(`${path}.tmp`, 'w')
  writeSync(descriptor, JSON.stringify({ decision: 'forward', done }))
  if (!unsynced) fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(`${path}.tmp`, path)
  if (!unsynced) syncFolder(path)
}

function remove(path: string): void {
  rmSync(`${path}.tmp`, { force: true })
  if (!existsSync(path)) return
  rmSync(path)
  syncFolder(path)
}

function syncFolder(path: string): void {
  const descriptor = openSync(join(path, '..'), 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
