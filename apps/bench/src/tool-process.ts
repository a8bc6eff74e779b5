import { fileURLToPath } from 'node:url'
import { type Finished, runProcess } from './run-process.ts'
import type { BenchTool, Counts, Operation, Place } from './tool.ts'

export interface ToolOptions {
  /** Migrations to roll back. */
  readonly steps?: number
  /** A command to start it through, `strace` for instance. */
  readonly through?: readonly string[]
}

/** Makes a tool do something in a process of its own. */
export function runTool(
  tool: BenchTool,
  operation: Operation,
  place: Place,
  { steps = 0, through = [] }: ToolOptions = {},
): Finished {
  const command = tool.command?.(operation, place, steps) ?? [
    process.execPath,
    fileURLToPath(new URL('./child.js', import.meta.url)),
    tool.name,
    operation,
    JSON.stringify(place),
    String(steps),
  ]
  return runProcess([...through, ...command], place.directory)
}

/** What a tool said of the database; undefined where it was not asked. */
export function countsOf(tool: BenchTool, operation: Operation, output: string): Counts | undefined {
  if (operation !== 'status') return undefined
  if (tool.readCounts !== undefined) return tool.readCounts(output)
  const count = (word: string): number => Number(new RegExp(`${word}: (\\d+)`).exec(output)?.[1])
  return { applied: count('Applied'), pending: count('Pending') }
}
