import type { Measured } from './benchmark.ts'
import type { CheckFigures } from './check.ts'
import type { Figures } from './measure.ts'
import type { LargeFiles } from './memory.ts'
import type { ReleaseFigures } from './release.ts'
import { bareProgram } from './start-up.ts'
import { asMilliseconds, asRatio, median, minimum, table } from './table.ts'
import type { JournalMode } from './tool.ts'

const journalTitles: Readonly<Record<JournalMode, string>> = { delete: 'rollback journal', wal: 'WAL' }

/** One table per scenario and journal mode. */
export function scenarioTables(measured: readonly Measured[]): string {
  return measured
    .map((one) => `### ${one.scenario.title}, ${journalTitles[one.journal]}\n\n${scenarioTable(one)}`)
    .join('\n')
}

/** Ratios of whole processes to raw, all scenarios beside each other, one table per journal mode. */
export function overviewTables(measured: readonly Measured[]): string {
  const journals = [...new Set(measured.map(({ journal }) => journal))]
  return journals
    .map((journal) => `### Whole process, ${journalTitles[journal]}\n\n${overviewTable(measured, journal)}`)
    .join('\n')
}

/** Where another tool took less time than whimbrel, as a list; says so where there is none. */
export function aheadOfUs(measured: readonly Measured[]): string {
  const lines = measured.flatMap(({ scenario, journal, inProcess, process, tools }) =>
    Object.entries({ 'in process': inProcess, 'whole process': process }).flatMap(([kind, figures]) => {
      const ours = median(figures.whimbrel)
      const faster = tools.filter(
        (name) => name !== 'raw' && (median(figures[name]) ?? Infinity) < (ours ?? 0),
      )
      if (faster.length === 0) return []
      const raw = median(figures.raw)
      const shown = faster.map((name) => `${name} ${asRatio(median(figures[name]), raw)}`)
      const place = `${scenario.title}, ${journalTitles[journal]}, ${kind}`
      return [`- ${place}: ${shown.join(', ')}; whimbrel ${asRatio(ours, raw)}\n`]
    }),
  )
  return lines.length === 0 ? '- Nowhere in this run.\n' : lines.join('')
}

function scenarioTable({ tools, inProcess, process, fsyncs, peak }: Measured): string {
  const head = [
    'tool',
    'in process, ms',
    'least',
    '× raw',
    'process, ms',
    'least',
    '× raw',
    'fsyncs',
    'peak MB',
  ]
  const rows = tools.map((name) => [
    name,
    ...timeCells(inProcess[name], inProcess.raw),
    ...timeCells(process[name], process.raw),
    fsyncs[name]?.[0]?.toString() ?? '–',
    peak[name]?.[0]?.toFixed(0) ?? '–',
  ])
  return table(head, rows)
}

function timeCells(
  figures: readonly number[] | undefined,
  raw: readonly number[] | undefined,
): readonly string[] {
  const middle = median(figures)
  return [asMilliseconds(middle), asMilliseconds(minimum(figures)), asRatio(middle, median(raw))]
}

function overviewTable(measured: readonly Measured[], journal: JournalMode): string {
  const here = measured.filter((one) => one.journal === journal)
  const tools = [...new Set(here.flatMap((one) => one.tools))]
  const rows = tools.map((name) => [
    name,
    ...here.map(({ process }) => asRatio(median(process[name]), median(process.raw))),
  ])
  return table(['× raw', ...here.map(({ scenario }) => scenario.id)], rows)
}

/** What starting costs, against the least that a Node program with a database can do. */
export function startUpTable(figures: Figures): string {
  const bare = median(figures[bareProgram])
  const rows = Object.entries(figures).map(([name, times]) => [
    name,
    asMilliseconds(median(times)),
    asMilliseconds(minimum(times)),
    asRatio(median(times), bare),
  ])
  return table(['program', 'process, ms', 'least', '× raw'], rows)
}

/** What up, down and up again with rows takes, beside applying the same migrations once. */
export function checkTable({ inProcess, process }: CheckFigures): string {
  const rows = ['apply', 'check'].map((name) => [
    name === 'apply' ? 'whimbrel up' : 'whimbrel check',
    ...[inProcess, process].flatMap((figures) => [
      asMilliseconds(median(figures[name])),
      asMilliseconds(minimum(figures[name])),
      asRatio(median(figures[name]), median(figures.apply)),
    ]),
  ])
  return table(['', 'in process, ms', 'least', '× up', 'process, ms', 'least', '× up'], rows)
}

/** What keeping or undoing three databases together takes, beside migrating each for itself. */
export function releaseTable({ journals, runs, at, load }: ReleaseFigures): string {
  const rows = journals.flatMap(({ journal, figures, fsyncs }) =>
    Object.entries(figures).map(([release, times]) => [
      `${journalTitles[journal]}, ${release}`,
      asMilliseconds(median(times)),
      asMilliseconds(minimum(times)),
      asRatio(median(times), median(figures.independent)),
      asRatio(minimum(times), minimum(figures.independent)),
      fsyncs[release]?.toString() ?? '–',
    ]),
  )
  const head = ['', 'in process, ms', 'least', '× independent', 'of the least', 'fsyncs']
  const when = `${at.slice(0, 10)}, ${runs} runs of each by turns; ${load.toFixed(1)} processes wanted a core when it began.`
  return `${table(head, rows)}\n${when}\n`
}

/** Time and memory with large files. */
export function largeFilesTable(largeFiles: readonly LargeFiles[]): string {
  const raw = largeFiles.find(({ tool }) => tool === 'raw')
  const rows = largeFiles.map(({ tool, milliseconds, peak }) => [
    tool,
    asMilliseconds(milliseconds),
    asRatio(milliseconds, raw?.milliseconds),
    peak?.toFixed(0) ?? '–',
  ])
  return table(['tool', 'process, ms', '× raw', 'peak MB'], rows)
}
