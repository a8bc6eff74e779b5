import { type Session, withoutTables } from '@whimbrel/core'

/** Does any table but these hold a row? Yes where that cannot be seen. */
export async function holdsRows(
  { inspector }: Session,
  { except }: { readonly except: readonly string[] },
): Promise<boolean> {
  if (inspector === undefined) return true
  const { objects } = withoutTables(await inspector.schema(), except)
  for (const { kind, name, columns, storage } of objects) {
    // A virtual table is asked itself: what it keeps its rows in is never empty.
    if (kind !== 'table' || storage === 'shadow') continue
    const names = columns.filter(({ generated }) => !generated).map((column) => column.name)
    for await (const _ of inspector.rows(name, names.slice(0, 1))) return true
  }
  return false
}
