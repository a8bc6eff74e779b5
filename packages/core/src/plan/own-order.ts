import type { Applied } from '../model/applied.ts'
import type { Migration } from '../model/migration.ts'
import { type DependencyOrder, dependencyOrder } from './dependency-order.ts'
import type { MigrationState } from './plan.ts'

type Node = Migration | Applied

/**
 * Everything of one database that exists or is applied, in the order in which it would have been applied from the
 * beginning: each after all it depends on in this database, by version otherwise. A record stands for itself only where
 * its file is missing.
 */
export function ownOrder(
  state: Pick<MigrationState, 'available' | 'applied' | 'order'>,
): DependencyOrder<Node> {
  const versions = new Set(state.available.map(({ version }) => version))
  const orphans = state.applied.filter(({ version }) => !versions.has(version))
  const applied = new Set(state.applied.map(({ version }) => version))
  const names = new Set(state.applied.flatMap(({ id, version }) => [id, version]))
  const nodes = [...state.available, ...orphans].map((node) => settled(node, { applied, names }))
  return dependencyOrder<Node>(nodes, state.order)
}

/** Of what is applied only what it could follow: a dependency that came later has not moved it. */
function settled(
  node: Node,
  { applied, names }: { applied: ReadonlySet<string>; names: ReadonlySet<string> },
): Node {
  if (node.dependsOn.length === 0 || !applied.has(node.version)) return node
  const dependsOn = node.dependsOn.filter(({ target }) => names.has(target.replace(/^0+(?=\d+$)/, '')))
  return { ...node, dependsOn }
}
