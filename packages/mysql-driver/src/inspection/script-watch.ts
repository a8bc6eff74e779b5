import type { Damage, ScriptFacts, Watch, WatchOptions } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { type DeletingLink, deletingLinks } from './deleting-links.ts'
import { countRows, listTables } from './tables.ts'

const writing = ['CALL', 'DELETE', 'INSERT', 'LOAD', 'REPLACE', 'UPDATE']
const nothing: Damage = { violations: [], dangling: [], losses: [] }

/**
 * Counts, before a script and after it, the rows of the tables that it never names and can take rows from: through
 * foreign keys that delete children, triggers and procedures. The server does not report what these delete. Its foreign
 * keys are always enforced, so that nothing else can be broken.
 */
export async function watchScript(
  connection: Connection,
  { names, keywords }: ScriptFacts,
  { expectLoss }: WatchOptions,
): Promise<Watch> {
  if (!writing.some((word) => keywords.has(word))) return { finish: async () => nothing }
  const expected = new Set(expectLoss.map((name) => name.toLowerCase()))
  const isWatched = (name: string) => !names.has(name) && !expected.has(name)
  const reached = [...reachedFrom(names, await deletingLinks(connection, names))].filter(isWatched)
  const before = await countAll(connection, reached)
  return {
    finish: async () => {
      const after = await countAll(connection, reached)
      const losses = [...before].flatMap(([table, rows]) => {
        const left = after.get(table)
        return left !== undefined && left < rows ? [{ table, rows: rows - left }] : []
      })
      return { ...nothing, losses }
    },
  }
}

/** Tables in lower case that can lose rows when those of these names do. */
function reachedFrom(names: ReadonlySet<string>, links: readonly DeletingLink[]): ReadonlySet<string> {
  const reached = new Set(names)
  // A set that grows while it is walked through: what is added gets its turn, too.
  for (const name of reached) {
    for (const { from, to } of links) if (from === name) for (const each of to) reached.add(each)
  }
  return reached
}

/** By name as the schema writes it; what is not there any more is left out. */
async function countAll(
  connection: Connection,
  reached: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  if (reached.length === 0) return counts
  const wanted = new Set(reached)
  for (const { name } of await listTables(connection)) {
    if (wanted.has(name.toLowerCase())) counts.set(name, (await countRows(connection, name)).rows)
  }
  return counts
}
