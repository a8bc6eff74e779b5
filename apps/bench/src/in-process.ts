import { callLibrary } from './library-call.ts'
import { loadTool } from './load-tools.ts'
import { type Figures, measure } from './measure.ts'
import type { Extent, Scenario } from './scenario.ts'
import { Stage } from './stage.ts'
import type { JournalMode } from './tool.ts'
import { Verifier } from './verify.ts'

/** One scenario, measured inside one process of its own. */
export interface InProcessJob {
  readonly root: string
  readonly extent: Extent
  readonly seed: number
  readonly runs: number
  readonly scenario: Scenario
  readonly journal: JournalMode
  readonly toolNames: readonly string[]
}

const job: InProcessJob = JSON.parse(process.argv[2] ?? '')
process.stdout.write(JSON.stringify(await measureInProcess(job)))

async function measureInProcess({
  root,
  extent,
  seed,
  runs,
  scenario,
  journal,
  toolNames,
}: InProcessJob): Promise<Figures> {
  const tools = await Promise.all(toolNames.map(loadTool))
  const stage = new Stage(root, extent, seed)
  const rig = { stage, verifier: new Verifier(stage.migrations) }
  const act: Parameters<typeof measure>[2] = async (tool, place) => {
    // What the tool before has left behind is not this one's to clean up.
    globalThis.gc?.()
    const begin = process.hrtime.bigint()
    const counts = await callLibrary(tool, scenario.operation, place, scenario.steps)
    return { figure: Number(process.hrtime.bigint() - begin) / 1e6, counts }
  }
  // The first run loads and compiles what a tool loads late; it does not count.
  await measure({ scenario, journal, tools }, { ...rig, runs: 1 }, act)
  return measure({ scenario, journal, tools }, { ...rig, runs }, act)
}
