import { fileURLToPath } from 'node:url'
import type { InProcessJob } from './in-process.ts'
import { type Contest, type Figures, measure, type Rig } from './measure.ts'
import { fsyncProbe, hasProbe, type Probe, peakProbe, readProbe } from './probe.ts'
import { runProcess } from './run-process.ts'
import { type Extent, type Scenario, scenarios } from './scenario.ts'
import { Stage } from './stage.ts'
import type { BenchTool, JournalMode } from './tool.ts'
import { countsOf, runTool } from './tool-process.ts'
import { Verifier } from './verify.ts'

/** Everything that was measured of one scenario in one journal mode. */
export interface Measured {
  readonly scenario: Scenario
  readonly journal: JournalMode
  /** Those that can do it. */
  readonly tools: readonly string[]
  /** Milliseconds inside one Node process. */
  readonly inProcess: Figures
  /** Milliseconds of a whole process. */
  readonly process: Figures
  /** Calls of fsync and fdatasync, one run. */
  readonly fsyncs: Figures
  /** Peak memory in MB, one run. */
  readonly peak: Figures
}

export interface BenchmarkSettings {
  /** Temporary folder, on the disk that is to be measured. */
  readonly root: string
  readonly extent: Extent
  readonly seed: number
  readonly runs: number
  /** Scenario ids; empty means all of them. */
  readonly only: readonly string[]
  readonly tools: readonly BenchTool[]
  readonly onProgress: (line: string) => void
}

/** Runs every scenario in both journal modes. */
export async function runBenchmark(settings: BenchmarkSettings): Promise<readonly Measured[]> {
  const { root, extent, seed, only, tools, onProgress } = settings
  const stage = new Stage(root, extent, seed)
  const rig = { stage, verifier: new Verifier(stage.migrations) }
  const chosen = scenarios(extent).filter(({ id }) => only.length === 0 || only.includes(id))
  const measured: Measured[] = []
  for (const scenario of chosen) {
    for (const journal of extent.journals) {
      const able = tools.filter(({ operations }) => operations.includes(scenario.operation))
      if (scenario.applied > 0) for (const tool of able) stage.makeTemplate(tool, journal)
      onProgress(`${scenario.title}, ${journal}`)
      measured.push(await measureAll({ scenario, journal, tools: able }, rig, settings))
    }
  }
  return measured
}

async function measureAll(contest: Contest, rig: Rig, settings: BenchmarkSettings): Promise<Measured> {
  const { scenario, journal, tools } = contest
  const { steps, operation } = scenario
  return {
    scenario,
    journal,
    tools: tools.map(({ name }) => name),
    inProcess: inProcess(contest, settings),
    process: await measure(contest, { ...rig, runs: settings.runs }, (tool, place) => {
      const { milliseconds, output } = runTool(tool, operation, place, { steps })
      return { figure: milliseconds, counts: countsOf(tool, operation, output) }
    }),
    fsyncs: settings.extent.probes ? await probe(fsyncProbe, contest, rig) : {},
    peak: settings.extent.probes ? await probe(peakProbe, contest, rig) : {},
  }
}

function inProcess(
  { scenario, journal, tools }: Contest,
  { root, extent, seed, runs }: BenchmarkSettings,
): Figures {
  const toolNames = tools.filter(({ library }) => library !== undefined).map(({ name }) => name)
  const job: InProcessJob = { root, extent, seed, runs, scenario, journal, toolNames }
  const program = fileURLToPath(new URL('./in-process.js', import.meta.url))
  const { output } = runProcess([process.execPath, '--expose-gc', program, JSON.stringify(job)], root)
  return JSON.parse(output)
}

async function probe(which: Probe, contest: Contest, rig: Rig): Promise<Figures> {
  if (!hasProbe(which)) return {}
  const { operation, steps } = contest.scenario
  return measure(contest, { ...rig, runs: 1 }, (tool, place) => {
    let output = ''
    const figure = readProbe(which, (through) => {
      output = runTool(tool, operation, place, { steps, through }).output
    })
    return { figure, counts: countsOf(tool, operation, output) }
  })
}
