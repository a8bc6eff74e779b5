import type { BenchTool } from './tool.ts'

/** Every tool, in the order of the tables; raw first, because the others are measured against it. */
export const toolNames = [
  'raw',
  'whimbrel',
  'whimbrel-unverified',
  'drizzle-orm',
  'knex',
  'dbmate',
  'umzug',
  'postgrator',
  'kysely',
] as const

/** Loads one tool; each is a program file of its own, so that a process holds only what it measures. */
export async function loadTool(name: string): Promise<BenchTool> {
  const { tool }: { tool: BenchTool } = await import(new URL(`./${name}.js`, import.meta.url).href)
  return tool
}
