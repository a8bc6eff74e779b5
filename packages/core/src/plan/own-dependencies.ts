import type { Dependency } from '../model/migration.ts'

/**
 * Migrations or records with the dependencies that name their own database as what they are: dependencies of the same
 * database, which decide the order and what may be rolled back. Without a name nothing is known to be meant.
 */
export function withOwnDependencies<Item extends { readonly dependsOn: readonly Dependency[] }>(
  items: readonly Item[],
  name: string | undefined,
): readonly Item[] {
  if (name === undefined) return items
  const isOwn = ({ database }: Dependency) => database === name
  return items.map((item) =>
    item.dependsOn.some(isOwn)
      ? {
          ...item,
          dependsOn: item.dependsOn.map((entry) =>
            isOwn(entry) ? { target: entry.target, optional: entry.optional } : entry,
          ),
        }
      : item,
  )
}
