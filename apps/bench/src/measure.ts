import type { Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'
import type { BenchTool, Counts, JournalMode, Place } from './tool.ts'
import type { Verifier } from './verify.ts'

/** What is measured: these tools in this scenario. */
export interface Contest {
  readonly scenario: Scenario
  readonly journal: JournalMode
  readonly tools: readonly BenchTool[]
}

/** Where it is measured, and who checks it. */
export interface Rig {
  readonly stage: Stage
  readonly verifier: Verifier
}

/** What one run gives: a figure, and what the tool said of the database where it was asked. */
export interface Outcome {
  readonly figure: number
  readonly counts?: Counts | undefined
}

/** The figures of each run, by tool. */
export type Figures = Readonly<Record<string, readonly number[]>>

/**
 * Lets every tool act once, then every tool again, so that a noisy minute hits all of them, and checks after each
 * run what the tool has done.
 */
export async function measure(
  contest: Contest,
  { stage, verifier, runs }: Rig & { readonly runs: number },
  act: (tool: BenchTool, place: Place) => Outcome | Promise<Outcome>,
): Promise<Figures> {
  const { scenario, journal, tools } = contest
  const figures: Record<string, number[]> = Object.fromEntries(tools.map(({ name }) => [name, []]))
  for (let run = 0; run < runs; run += 1) {
    const places = tools.map((tool) => ({ tool, place: stage.place(tool, scenario, journal) }))
    stage.settle()
    for (const { tool, place } of places) {
      const { figure, counts } = await act(tool, place)
      verifier.database(tool, scenario, place)
      if (scenario.operation === 'status') verifier.counts(tool, scenario, counts)
      figures[tool.name]?.push(figure)
    }
    for (const { place } of places) stage.clear(place)
  }
  return figures
}
