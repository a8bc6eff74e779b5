import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { folderSource } from '@whimbrel/core/fs'
import { processOwner } from '@whimbrel/core/process'
import { ReleaseRunner } from '@whimbrel/orchestrator'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import type { Figures } from './measure.ts'
import type { JournalMode } from './tool.ts'

/** How several databases are migrated: each for itself, or all or none. */
export type Release = 'independent' | 'atomic'

/** New databases that are migrated in one process of its own, by turns in one way and in the other. */
export interface ReleaseJob {
  /** Names of the databases, each with its migrations in a folder of that name in `root`. */
  readonly names: readonly string[]
  readonly root: string
  readonly journal: JournalMode
  readonly runs: number
  /** Only once, in this way. */
  readonly once?: Release
}

const job: ReleaseJob = JSON.parse(process.argv[2] ?? '')
process.stdout.write(JSON.stringify(job.once === undefined ? await byTurns() : await migrate(job.once)))

/** Every other time the other one begins: what the one before has left to the disk hits both. */
async function byTurns(): Promise<Figures> {
  const independent: number[] = []
  const atomic: number[] = []
  const figures = { independent, atomic }
  // The first turn loads and compiles what is loaded late; it does not count.
  for (let run = -1; run < job.runs; run += 1) {
    const turn: readonly Release[] = run % 2 === 0 ? ['independent', 'atomic'] : ['atomic', 'independent']
    for (const release of turn) {
      const milliseconds = await migrate(release)
      if (run >= 0) figures[release].push(milliseconds)
    }
  }
  return figures
}

async function migrate(release: Release): Promise<number> {
  const folder = mkdtempSync(join(job.root, 'run-'))
  const runner = new ReleaseRunner({
    databases: job.names.map((name) => ({
      name,
      driver: sqliteDriver({ path: join(folder, `${name}.db`), pragmas: { journal_mode: job.journal } }),
      tracker: sqlVersionTracker(),
      source: folderSource({ directory: join(job.root, name) }),
    })),
    runner: processOwner('bench', '0.1.0'),
  })
  globalThis.gc?.()
  const begin = process.hrtime.bigint()
  const { databases } = await runner.run({ direction: 'up', release })
  const milliseconds = Number(process.hrtime.bigint() - begin) / 1e6
  const odd = databases.find((each) => each.outcome !== 'migrated' || each.release !== release)
  if (odd !== undefined) throw new Error(`${odd.database} is ${odd.outcome}, ${odd.release}`)
  rmSync(folder, { recursive: true })
  return milliseconds
}
