import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runBenchmark } from './benchmark.ts'
import { measureCheck } from './check.ts'
import { loadTool } from './load-tools.ts'
import { measureLargeFiles } from './memory.ts'
import { type Options, readOptions, usage } from './options.ts'
import { type Findings, pageOf, tablesOf } from './page.ts'
import { measureReleases } from './release.ts'
import { fullExtent, quickExtent } from './scenario.ts'
import { serverHeading } from './servers/server-page.ts'
import { measureStartUp } from './start-up.ts'

const page = new URL('../../../docs/benchmarks.md', import.meta.url)

async function benchmark(options: Options, root: string): Promise<Findings> {
  const { runs, only, quick, memory } = options
  const [load = 0] = loadavg()
  const tools = await Promise.all(options.tools.map(loadTool))
  const onProgress = (line: string): void => void process.stderr.write(`${line}\n`)
  const extent = quick ? quickExtent : fullExtent
  const measured = await runBenchmark({ root, extent, seed: 1, runs, only, tools, onProgress })
  const whimbrel = tools.some(({ name }) => name === 'whimbrel')
  const withStartUp = only.length === 0 || only.includes('start-up')
  if (withStartUp) onProgress('Start-up')
  const startUp = withStartUp ? measureStartUp(root, { runs, whimbrel }) : undefined
  const withCheck = whimbrel && (only.length === 0 || only.includes('check'))
  if (withCheck) onProgress('Check')
  const check = withCheck ? measureCheck(root, { runs, count: extent.checked }) : undefined
  const withReleases = whimbrel && (only.length === 0 || only.includes('releases'))
  if (withReleases) onProgress('Releases')
  const { journals, probes, released } = extent
  const releases = withReleases
    ? measureReleases(root, { runs, count: released, journals, probes })
    : undefined
  if (memory) onProgress('Large files')
  const large = tools.filter(({ name }) => name === 'raw' || name === 'whimbrel')
  const largeFiles = memory ? measureLargeFiles(root, large) : undefined
  return { tools, runs, load, measured, startUp, check, releases, largeFiles }
}

/** The part of the page that the benchmark of servers has written stays. */
function measuredOnServers(): string {
  const [, part] = readFileSync(page, 'utf8').split(serverHeading)
  return part === undefined ? '' : `\n${serverHeading}${part}`
}

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  if (options.help) return void process.stdout.write(usage)
  const root = mkdtempSync(join(tmpdir(), 'whimbrel-bench-'))
  try {
    const findings = await benchmark(options, root)
    process.stdout.write(tablesOf(findings))
    if (options.write) writeFileSync(page, pageOf(findings) + measuredOnServers())
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
