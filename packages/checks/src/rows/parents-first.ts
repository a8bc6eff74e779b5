/** A table and the tables that it refers to. */
interface Node {
  readonly name: string
  readonly references: readonly { readonly parent: string }[]
}

/** Tables with every parent before its children, as far as they do not refer to each other in a circle. */
export function parentsFirst<Table extends Node>(tables: readonly Table[]): readonly Table[] {
  const byName = new Map(tables.map((table) => [table.name.toLowerCase(), table]))
  const ordered = new Set<Table>()
  const begun = new Set<Table>()
  const visit = (table: Table): void => {
    if (begun.has(table)) return
    begun.add(table)
    for (const { parent } of table.references) {
      const found = byName.get(parent.toLowerCase())
      if (found !== undefined) visit(found)
    }
    ordered.add(table)
  }
  for (const table of tables) visit(table)
  return [...ordered]
}
