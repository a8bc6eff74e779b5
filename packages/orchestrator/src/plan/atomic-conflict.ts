import type { ContractedGraph, PhaseRequest } from './contracted-graph.ts'
import { orderEdges } from './release-order.ts'
import type { ReleaseFinding } from './release-plan.ts'
import { shortestPath } from './shortest-path.ts'
import { strongComponents } from './strong-components.ts'

/**
 * The blocking finding where the atomic phase needs a step that stands alone and that comes after a step of the phase
 * in turn, or undefined.
 */
export function atomicConflict(
  request: PhaseRequest,
  contracted: ContractedGraph,
): ReleaseFinding | undefined {
  const edgesOf = orderEdges(contracted)
  const [, ...circle] = strongComponents([0], edgesOf).at(-1) ?? []
  const inCircle = new Set(circle)
  for (const needed of edgesOf(0)) {
    if (!inCircle.has(needed)) continue
    const way = shortestPath(needed, 0, edgesOf)
    const last = way.at(-2)
    if (last !== undefined) return conflict(request, { contracted, needed, last })
  }
  return undefined
}

function conflict(
  { direction, steps, graph, together, reasons }: PhaseRequest,
  {
    contracted,
    needed,
    last,
  }: { readonly contracted: ContractedGraph; readonly needed: number; readonly last: number },
): ReleaseFinding {
  const [earlier, later] = [contracted.places[needed] ?? -1, contracted.places[last] ?? -1]
  const isInside = (place: number) => together.has(steps[place]?.database ?? '')
  const needing = [...steps.keys()].find((place) => isInside(place) && graph.needs[place]?.includes(earlier))
  const neededBack = graph.needs[later]?.find(isInside)
  const name = (place = -1) => `${steps[place]?.database}:${steps[place]?.step.id}`
  const alone = steps[earlier]?.database ?? ''
  const needs = direction === 'up' ? 'needs' : 'has to wait for'
  const middle = earlier === later ? '' : `, which comes after ${name(later)}`
  return {
    database: alone,
    code: 'ATOMIC_IMPOSSIBLE',
    migration: steps[earlier]?.step.id,
    message:
      `${[...together].join(', ')} and ${alone} cannot be one atomic run: ${name(needing)} ${needs} ${name(earlier)}` +
      `${middle}, and that ${needs} ${name(neededBack)}; but ${alone} is on its own: ${reasons.get(alone)}`,
    hint: 'Run them one after the other with --independent, or in two runs with --to',
    blocking: true,
    details: { databases: [...together], alone },
  }
}
