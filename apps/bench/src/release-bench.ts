import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderSource } from '@whimbrel/core/fs'
import { processOwner } from '@whimbrel/core/process'
import { ReleaseRunner } from '@whimbrel/orchestrator'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { generateMigrations } from './generate.ts'
import { fsyncProbe, hasProbe, readProbe } from './probe.ts'
import { runProcess } from './run-process.ts'
import { asSingleFile } from './single-file.ts'
import { asMilliseconds, asRatio, median, minimum, table } from './table.ts'
import type { JournalMode } from './tool.ts'
import { writeFiles } from './write-files.ts'

/**
 * What it costs that several databases are kept or undone together: the same migrations of three new databases as one
 * atomic run, and as an independent run of each, in turn: `node dist/release-bench.js [migrations] [runs]`.
 */
const self = fileURLToPath(import.meta.url)
const names = ['settings', 'knowledge_graph', 'ontology'] as const
const releases = ['independent', 'atomic'] as const
type Release = (typeof releases)[number]

/** Migrates three new databases in a folder that is made for it, and returns the milliseconds. */
async function once(root: string, release: Release, journal: JournalMode): Promise<number> {
  const folder = mkdtempSync(join(root, 'run-'))
  const runner = new ReleaseRunner({
    databases: names.map((name) => ({
      name,
      driver: sqliteDriver({ path: join(folder, `${name}.db`), pragmas: { journal_mode: journal } }),
      tracker: sqlVersionTracker(),
      source: folderSource({ directory: join(root, name) }),
    })),
    runner: processOwner('bench', '0.1.0'),
  })
  globalThis.gc?.()
  const started = performance.now()
  const { databases } = await runner.run({ direction: 'up', release })
  const ms = performance.now() - started
  const odd = databases.find((each) => each.outcome !== 'migrated' || each.release !== release)
  if (odd !== undefined) throw new Error(`${odd.database} is ${odd.outcome}, ${odd.release}`)
  rmSync(folder, { recursive: true })
  return ms
}

/** Every other time the other one begins: what the one before has left to the disk hits both. */
async function measured(root: string, journal: JournalMode, runs: number) {
  const figures: Record<Release, number[]> = { independent: [], atomic: [] }
  for (let run = -1; run < runs; run += 1) {
    for (const release of run % 2 === 0 ? releases : [...releases].reverse()) {
      const ms = await once(root, release, journal)
      // The first run loads and compiles what is loaded late; it does not count.
      if (run >= 0) figures[release].push(ms)
    }
  }
  return figures
}

function fsyncsOf(root: string, release: Release, journal: JournalMode): string {
  if (!hasProbe(fsyncProbe)) return '–'
  const command = [process.execPath, self, 'once', root, release, journal]
  return String(readProbe(fsyncProbe, (through) => void runProcess([...through, ...command], root)))
}

async function compare(count: number, runs: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'whimbrel-bench-'))
  const title = (journal: JournalMode) => (journal === 'wal' ? 'WAL' : 'rollback journal')
  try {
    names.forEach((name, index) => {
      writeFiles(join(root, name), generateMigrations(count, index + 1), asSingleFile)
    })
    const [load = 0] = loadavg()
    const rows: string[][] = []
    for (const journal of ['delete', 'wal'] as const) {
      const figures = await measured(root, journal, runs)
      for (const release of releases) {
        rows.push([
          `${title(journal)}, ${release}`,
          asMilliseconds(median(figures[release])),
          asMilliseconds(minimum(figures[release])),
          asRatio(median(figures[release]), median(figures.independent)),
          asRatio(minimum(figures[release]), minimum(figures.independent)),
          fsyncsOf(root, release, journal),
        ])
      }
    }
    const head = [
      `three databases, ${count} migrations each`,
      'ms',
      'least',
      '× independent',
      'of the least',
      'fsyncs',
    ]
    process.stdout.write(
      `${table(head, rows)}\n${runs} runs of each in turn; ${load.toFixed(1)} processes wanted a core when it began.\n`,
    )
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const [task = '100', ...rest] = process.argv.slice(2)
if (task === 'once') await once(rest[0] ?? '', rest[1] as Release, rest[2] as JournalMode)
else await compare(Number(task), Number(rest[0] ?? 15))
