import type { Direction } from '@whimbrel/core'
import type { OrderGraph } from './release-order.ts'
import type { ReleaseStep } from './release-plan.ts'

/** Steps with what comes before what, and the databases of them that are kept and undone together. */
export interface PhaseRequest {
  readonly direction: Direction
  readonly steps: readonly ReleaseStep[]
  readonly graph: OrderGraph
  /** Names of at least two databases; empty for an independent release. */
  readonly together: ReadonlySet<string>
  /** Why the other databases stand alone, by name. */
  readonly reasons: ReadonlyMap<string, string>
  /** Databases in which nothing is undone: they come behind all others, except for what those need. */
  readonly last: ReadonlySet<string>
}

/** A graph of steps with the whole atomic phase as one node, the number 0. */
export interface ContractedGraph extends OrderGraph {
  /** Which step each of the other nodes is. */
  readonly places: readonly (number | undefined)[]
}

/** What comes before what, where the steps of some databases are one. */
export function contractedGraph({ steps, graph, together }: PhaseRequest): ContractedGraph {
  const isInside = (place: number) => together.has(steps[place]?.database ?? '')
  const alone = [...steps.keys()].filter((place) => !isInside(place))
  const nodes = new Map(alone.map((place, index) => [place, index + 1]))
  const nodesOf = (places: readonly number[]) => [...new Set(places.map((place) => nodes.get(place) ?? 0))]
  const inside = [...steps.keys()].filter(isInside).flatMap((place) => graph.needs[place] ?? [])
  return {
    size: alone.length + 1,
    needs: [
      nodesOf(inside).filter((node) => node !== 0),
      ...alone.map((place) => nodesOf(graph.needs[place] ?? [])),
    ],
    before: [undefined, ...alone.map((place) => nodes.get(graph.before[place] ?? -1))],
    places: [undefined, ...alone],
  }
}
