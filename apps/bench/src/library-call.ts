import type { BenchTool, Counts, Operation, Place } from './tool.ts'

/** Makes a tool's library do something in this process; a status gives its counts. */
export async function callLibrary(
  { name, library }: BenchTool,
  operation: Operation,
  place: Place,
  steps: number,
): Promise<Counts | undefined> {
  if (operation === 'status') return library?.status?.(place)
  const call = library?.[operation] ?? (operation === 'noop' ? library?.apply : undefined)
  if (call === undefined) throw new Error(`${name} has no ${operation} in its library`)
  await call(place, steps)
  return undefined
}
