import { cpus, platform, totalmem } from 'node:os'
import Database from 'better-sqlite3'
import type { Measured } from './benchmark.ts'
import type { CheckFigures } from './check.ts'
import type { Figures } from './measure.ts'
import type { LargeFiles } from './memory.ts'
import type { ReleaseFigures } from './release.ts'
import {
  aheadOfUs,
  checkTable,
  largeFilesTable,
  overviewTables,
  releaseTable,
  scenarioTables,
  startUpTable,
} from './report.ts'
import type { BenchTool } from './tool.ts'

/** Everything that one run of the benchmark found. */
export interface Findings {
  readonly tools: readonly BenchTool[]
  readonly runs: number
  /** Load of the machine when the run began: processes that wanted a core. */
  readonly load: number
  readonly measured: readonly Measured[]
  readonly startUp: Figures | undefined
  readonly check: CheckFigures | undefined
  readonly releases: ReleaseFigures | undefined
  readonly largeFiles: readonly LargeFiles[] | undefined
}

/** The tables alone, for the terminal. */
export function tablesOf({ measured, startUp, check, releases, largeFiles }: Findings): string {
  return [
    overviewTables(measured),
    scenarioTables(measured),
    startUp === undefined ? '' : `### Start-up\n\n${startUpTable(startUp)}`,
    check === undefined ? '' : `### Check of ${check.count} migrations\n\n${checkTable(check)}`,
    releases === undefined
      ? ''
      : `### Three databases, ${releases.count} migrations each\n\n${releaseTable(releases)}`,
    largeFiles === undefined ? '' : `### 1,000 migrations of 1 MB\n\n${largeFilesTable(largeFiles)}`,
  ]
    .filter((part) => part !== '')
    .join('\n')
}

/** The page `docs/benchmarks.md`. */
export function pageOf(findings: Findings): string {
  return `<!-- Written by "pnpm bench --write"; edit apps/bench/src/page.ts instead. -->

# Benchmarks

${howToRead}
## Tools

${toolList(findings.tools)}
## Machine

${machine(findings)}
## Where another tool is ahead of whimbrel

Lower than whimbrel in at least one measurement of this run, as multiples of raw:

${aheadOfUs(findings.measured)}
${reservations}
## Results

${tablesOf(findings)}`
}

const howToRead = `whimbrel beside a raw loop over better-sqlite3 and beside other migration tools, on the same generated migrations,
in one run, interleaved. Every result is checked: schema, rows, records and journal mode must be those of the raw
engine, so that no tool is fast by doing nothing.

\`\`\`sh
pnpm bench                                     # everything; takes a while
pnpm bench --only noop,status --tools raw,whimbrel,dbmate --runs 9
pnpm bench --memory --write                    # with the large files, and this page written anew
pnpm bench --quick                             # shows only that everything works
\`\`\`

Read ratios, not seconds. Seconds belong to the machine and to the minute; the ratio to the raw loop, which ran in
turn with the others, travels. The number of fsyncs travels best: one takes 0.2 ms on one disk and 5 ms on another,
and it is the same number on both. The disk is that of the temporary folder (\`TMPDIR\`).

- **in process**: milliseconds of one call inside one Node process in which the modules of all tools are loaded and
  have run once. Every call opens the database, works and closes it. Migration files are at paths that the process
  has not seen, so a tool that imports migrations as modules imports them, as it does when an application starts.
- **process**: milliseconds from the start of a process to its end: the whimbrel command, the dbmate binary, and for
  the libraries the smallest program around them.
- Of the runs the median and the least; **× raw** is median to median. Where median and least lie far apart, the
  machine had other things to do: compare the least, or run it again. **fsyncs** (fsync and fdatasync, counted by strace)
  and **peak MB** (the largest resident set, by GNU time) are of one more run each; a dash stands where a tool cannot do
  it, or this machine cannot measure it.

The migrations are made from a seed: of every five one creates a table with an index, one adds a column, one inserts
20 rows, one creates an index, and one adds another column or, every tenth time, a trigger. So 1,000 migrations make
200 tables and 4,000 rows. "One pending" is the thousand-and-first.

A check applies each migration, takes it back and applies it again, with rows in its tables, in a database in memory; it
is compared with one \`up\` of the same files. Taking a column back is what costs: \`DROP COLUMN\` makes SQLite read its
whole schema several times, so that the bare statements up, down and up take about ten times as long as up alone.

A release migrates three new databases by \`ReleaseRunner\`, as one atomic run and as an independent run of each, by turns.
Beyond the commits of the databases an atomic run syncs three times: the run journal, its directory, and its removal.
`

const reservations = `Four things to know when comparing:

- whimbrel sets \`synchronous=EXTRA\` while it runs, so that a commit it has reported survives a power loss; all others
  keep what their driver was compiled with (FULL with a rollback journal, NORMAL in WAL).
- Where nothing is pending whimbrel, raw, drizzle-orm and postgrator read every migration file; dbmate, knex and umzug
  compare names only and do not notice an edited file. kysely imports every file, and compares names.
- A rollback of whimbrel looks for broken foreign keys, views, triggers and pages before it commits; the others do not.
- dbmate starts without Node. For a command with little to do that is most of its time.
`

function toolList(tools: readonly BenchTool[]): string {
  return tools.map(({ name, version, setup }) => `- **${name}** ${version}. ${setup}\n`).join('')
}

function machine({ runs, load }: Findings): string {
  const processors = cpus()
  const database = new Database(':memory:')
  const sqlite = database.prepare<[], string>('SELECT sqlite_version()').pluck().get()
  database.close()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${new Date().toISOString().slice(0, 10)}: ${processors.length} cores (${processors[0]?.model.trim()}), ${memory} GB, ${platform()}, Node ${process.versions.node},
SQLite ${sqlite} in better-sqlite3 (dbmate brings its own). ${runs} runs of each; ${load.toFixed(1)} processes wanted a
core when it began. No tool here has telemetry, and none got a
configuration file or an environment variable of the person at the keyboard.
`
}
