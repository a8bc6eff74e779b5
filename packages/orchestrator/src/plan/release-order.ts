import { type EdgesOf, strongComponents } from './strong-components.ts'

/** What an order is made from. Nodes are the numbers from 0, database after database, each in its own order. */
export interface OrderGraph {
  readonly size: number
  /** What each node was declared to need: it has to come first. */
  readonly needs: readonly (readonly number[])[]
  /** The node before each one in its own database, where there is one: it should come first. */
  readonly before: readonly (number | undefined)[]
}

/**
 * All nodes, each after all it needs. The order stays in the first database for as long as its next node is ready, and
 * turns to another one only for what that node needs, with what comes before it there. Where declared needs contradict
 * the order of a database, only what is needed earlier overtakes. Nodes that need each other in a circle ascend. Those
 * that are to be `last` come when all others are there, unless one of these needs them.
 */
export function releaseOrder(
  graph: OrderGraph,
  isLast: (node: number) => boolean = () => false,
): readonly number[] {
  const nodes = [...Array(graph.size).keys()]
  const roots = [...nodes.filter((node) => !isLast(node)), ...nodes.filter(isLast)]
  const components = strongComponents(roots, orderEdges(graph))
  return components.flatMap((members) => (members.length === 1 ? members : byNeeds(members, graph)))
}

/** What should come before a node: what is before it in its database, then what it needs. */
export function orderEdges({ needs, before }: OrderGraph): EdgesOf {
  return (node) => {
    const previous = before[node]
    const needed = ascending(needs[node])
    return previous === undefined ? needed : [previous, ...needed]
  }
}

/** Nodes whose own order contradicts what they need: only needs count here. */
function byNeeds(members: readonly number[], { needs }: OrderGraph): readonly number[] {
  const inside = new Set(members)
  return strongComponents(members, (node) =>
    ascending(needs[node]).filter((target) => inside.has(target)),
  ).flat()
}

/** So that the order in which an author lists what a migration needs decides nothing. */
function ascending(targets: readonly number[] = []): readonly number[] {
  return targets.length < 2 ? targets : [...targets].sort((a, b) => a - b)
}
