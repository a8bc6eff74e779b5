import type { KnownMigrations } from './known-migrations.ts'
import type { OrderGraph } from './release-order.ts'
import type { ReleaseStep } from './release-plan.ts'

/** What comes before what among the steps of a run, given database after database in own order. */
export function stepGraph(steps: readonly ReleaseStep[], known: KnownMigrations): OrderGraph {
  const nodes = steps.map(({ database, step }) => known.numberOf(database, step.migration.version))
  const places = new Map(nodes.map((node, place) => [node, place]))
  const { needs } = known.graph
  return {
    size: steps.length,
    needs: nodes.map((node) =>
      (node === undefined ? [] : (needs[node] ?? [])).flatMap((target) => places.get(target) ?? []),
    ),
    before: steps.map(({ database }, place) =>
      steps[place - 1]?.database === database ? place - 1 : undefined,
    ),
  }
}
