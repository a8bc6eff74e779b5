import type { RunnerName } from './runner.ts'

export type Journal = 'WAL' | 'DELETE'

/** `fresh`: up where there is no database yet. */
export type Operation = 'fresh' | 'up' | 'down'

/** How steps share transactions; `none`: one of them has none. */
export type Mode = 'batch' | 'each' | 'all' | 'none'

/** The built command, or a small program around the packages, which starts faster. */
export type Vehicle = 'command' | 'library'

/** One thing that is done to a database, again and again, with a fault each time. */
export interface Case {
  readonly operation: Operation
  readonly mode: Mode
  readonly journal: Journal
  readonly vehicle: Vehicle
  readonly runner: RunnerName
}

const operations: readonly Operation[] = ['fresh', 'up', 'down']
const modes: readonly Mode[] = ['batch', 'each', 'all', 'none']
const journals: readonly Journal[] = ['WAL', 'DELETE']

/** Every combination of operation, mode and journal for whimbrel itself. */
export function casesOf(vehicle: Vehicle): readonly Case[] {
  return operations.flatMap((operation) =>
    modes.flatMap((mode) =>
      journals.map((journal) => ({ operation, mode, journal, vehicle, runner: 'whimbrel' as const })),
    ),
  )
}

/** The name of a case in results and on the page. */
export function caseName({ operation, mode, journal, vehicle, runner }: Case): string {
  return `${runner === 'whimbrel' ? vehicle : runner}: ${operation}, ${mode}, ${journal}`
}

/** Whether a case with this name has to hold, and is not one of a runner that has to be caught. */
export function isOwn(name: string): boolean {
  return /^(library|command|plain protocol): /.test(name)
}
