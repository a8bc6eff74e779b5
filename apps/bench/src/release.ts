import { mkdtempSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateMigrations } from './generate.ts'
import type { Figures } from './measure.ts'
import { fsyncProbe, hasProbe, readProbe } from './probe.ts'
import type { ReleaseJob } from './release-in-process.ts'
import { runProcess } from './run-process.ts'
import { asSingleFile } from './single-file.ts'
import type { JournalMode } from './tool.ts'
import { writeFiles } from './write-files.ts'

/** What it costs that several databases are kept or undone together. */
export interface ReleaseFigures {
  /** Migrations of each database. */
  readonly count: number
  readonly runs: number
  /** UTC, ISO 8601: it can be measured without the rest. */
  readonly at: string
  /** Load of the machine when it began. */
  readonly load: number
  readonly journals: readonly {
    readonly journal: JournalMode
    readonly figures: Figures
    readonly fsyncs: Readonly<Record<string, number>>
  }[]
}

export interface ReleaseExtent {
  readonly runs: number
  readonly count: number
  readonly journals: readonly JournalMode[]
  readonly probes: boolean
}

const names = ['settings', 'knowledge_graph', 'ontology']
const program = fileURLToPath(new URL('./release-in-process.js', import.meta.url))

/** Measures an atomic run over three new databases beside an independent run of each. */
export function measureReleases(
  root: string,
  { runs, count, journals, probes }: ReleaseExtent,
): ReleaseFigures {
  const directory = mkdtempSync(join(root, 'release-'))
  names.forEach((name, index) => {
    writeFiles(join(directory, name), generateMigrations(count, index + 1), asSingleFile)
  })
  const counts = probes && hasProbe(fsyncProbe)
  const [load = 0] = loadavg()
  return {
    count,
    runs,
    at: new Date().toISOString(),
    load,
    journals: journals.map((journal) => {
      const job: ReleaseJob = { names, root: directory, journal, runs }
      const figures: Figures = JSON.parse(start([], job))
      return { journal, figures, fsyncs: counts ? fsyncsOf(job) : {} }
    }),
  }
}

function fsyncsOf(job: ReleaseJob): Record<string, number> {
  const count = (once: NonNullable<ReleaseJob['once']>) =>
    readProbe(fsyncProbe, (through) => void start(through, { ...job, once }))
  return { independent: count('independent'), atomic: count('atomic') }
}

function start(through: readonly string[], job: ReleaseJob): string {
  const command = [...through, process.execPath, '--expose-gc', program, JSON.stringify(job)]
  return runProcess(command, job.root).output
}
