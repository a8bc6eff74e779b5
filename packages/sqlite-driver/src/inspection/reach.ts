import type { SchemaLinks } from './schema-links.ts'

export interface ReachOptions {
  /** Foreign keys are enforced, so that deleting a parent may delete its children. */
  readonly cascades: boolean
}

/** Where a script can have an effect beyond the tables that it names. */
export interface Reach {
  /** Lower-case names: what it names, and what triggers and cascades lead to from there. */
  readonly tables: ReadonlySet<string>
  /** Tables that it does not name and that may lose rows, by lower-case name. */
  readonly atRisk: ReadonlyMap<string, string>
}

/** Follows triggers and cascading foreign keys from the names of a script. */
export function reachOf(names: ReadonlySet<string>, links: SchemaLinks, { cascades }: ReachOptions): Reach {
  const { foreignKeys, triggers } = links
  if (triggers.isEmpty && (!cascades || foreignKeys.isEmpty)) return { tables: names, atRisk: new Map() }
  const tables = new Set(names)
  const atRisk = new Map<string, string>()
  const reach = (table: string, mayLose: boolean) => {
    const name = table.toLowerCase()
    tables.add(name)
    if (mayLose && !names.has(name)) atRisk.set(name, table)
  }
  // A set that grows while it is walked visits what was added, too.
  for (const table of tables) {
    for (const trigger of triggers.on(table))
      for (const target of trigger.tables) reach(target, trigger.deletes)
    if (!cascades) continue
    for (const { child, deletesChildren } of foreignKeys.to(table)) if (deletesChildren) reach(child, true)
  }
  return { tables, atRisk }
}
