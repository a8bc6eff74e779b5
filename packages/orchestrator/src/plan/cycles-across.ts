import type { KnownMigration, KnownMigrations } from './known-migrations.ts'
import type { ReleaseFinding } from './release-plan.ts'
import { shortestPath } from './shortest-path.ts'
import { type EdgesOf, strongComponents } from './strong-components.ts'

/**
 * Circles of pending migrations through several databases, as blocking findings: those that the given databases have
 * a part in or need. A circle inside one database stands in the plan of that database.
 */
export function cyclesAcross(
  known: KnownMigrations,
  selected: ReadonlySet<string>,
): readonly ReleaseFinding[] {
  const { all } = known
  const { needs } = known.graph
  const pending = (node: number) => all[node]?.record === undefined
  const edgesOf: EdgesOf = (node) => (needs[node] ?? []).filter(pending)
  const roots = [...all.keys()].filter((node) => pending(node) && selected.has(all[node]?.database ?? ''))
  return strongComponents(roots, edgesOf).flatMap((members) => {
    const circle = circleAcross(members, { all, edgesOf })
    return circle.length === 0 ? [] : [cyclic(circle)]
  })
}

function circleAcross(
  members: readonly number[],
  { all, edgesOf }: { readonly all: readonly KnownMigration[]; readonly edgesOf: EdgesOf },
): readonly KnownMigration[] {
  if (members.length === 1) return []
  const inside = new Set(members)
  for (const node of members) {
    const across = edgesOf(node).find(
      (target) => inside.has(target) && all[target]?.database !== all[node]?.database,
    )
    if (across === undefined) continue
    return [node, ...shortestPath(across, node, edgesOf)].flatMap((each) => all[each] ?? [])
  }
  return []
}

function cyclic(circle: readonly KnownMigration[]): ReleaseFinding {
  const cycle = circle.map(({ database, id }) => `${database}:${id}`)
  return {
    database: circle[0]?.database ?? '',
    code: 'DEPENDENCY_CYCLE',
    migration: circle[0]?.id,
    message: `Migrations depend on each other in a circle: ${cycle.join(' → ')}`,
    hint: 'Take one of these out of a Depends-On line',
    blocking: true,
    details: { cycle },
  }
}
