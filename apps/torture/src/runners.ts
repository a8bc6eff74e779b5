import { runWhimbrel } from './run-whimbrel.ts'
import type { Runner, RunnerName } from './runner.ts'
import { wrongRunners } from './wrong-runners.ts'

const runners: Record<RunnerName, Runner> = { whimbrel: runWhimbrel, ...wrongRunners }

/** The runner of a name. */
export function runnerOf(name: RunnerName): Runner {
  return runners[name]
}
