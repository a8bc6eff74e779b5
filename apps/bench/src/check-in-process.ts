import { join } from 'node:path'
import { checkMigrations } from '@whimbrel/checks'
import { folderSource } from '@whimbrel/core/fs'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import type { Figures } from './measure.ts'
import { withRunner } from './tools/whimbrel.ts'

/** Migrations that are applied once, and checked, by turns in one process of their own. */
export interface CheckJob {
  readonly directory: string
  readonly migrations: string
  readonly runs: number
}

const job: CheckJob = JSON.parse(process.argv[2] ?? '')
process.stdout.write(JSON.stringify(await byTurns(job)))

async function byTurns({ directory, migrations, runs }: CheckJob): Promise<Figures> {
  const apply: number[] = []
  const check: number[] = []
  // The first turn loads and compiles what is loaded late; it does not count.
  for (let run = -1; run < runs; run += 1) {
    const database = join(directory, `in-process-${run}.db`)
    const applied = await timed(() =>
      withRunner({ directory, migrations, database, journal: 'wal' }, {}, (runner) => runner.up()),
    )
    const checked = await timed(() => checkFolder(migrations))
    if (run < 0) continue
    apply.push(applied)
    check.push(checked)
  }
  return { apply, check }
}

async function checkFolder(directory: string): Promise<void> {
  const driver = sqliteDriver({ path: ':memory:' })
  const report = await checkMigrations({ driver, source: folderSource({ directory }) })
  await driver.close()
  const found = report.migrations.find(({ outcome, findings }) => outcome !== 'cycled' || findings.length > 0)
  if (found !== undefined) throw new Error(`${found.id}: ${found.findings[0]?.message ?? found.outcome}`)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.()
  const begin = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - begin) / 1e6
}
