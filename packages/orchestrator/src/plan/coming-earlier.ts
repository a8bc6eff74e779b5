import type { PhaseRequest } from './contracted-graph.ts'
import type { ReleasePhase } from './release-plan.ts'

interface Ordered extends Pick<PhaseRequest, 'direction' | 'steps' | 'graph' | 'last'> {
  readonly phases: readonly ReleasePhase[]
}

/**
 * Why databases that should come last do not, as clauses by name: some of their steps are needed by what can be undone,
 * and stay although that may fail.
 */
export function comingEarlier({
  direction,
  steps,
  graph,
  last,
  phases,
}: Ordered): ReadonlyMap<string, string> {
  const isUndone = ({ databases: [name = ''] }: ReleasePhase) => !last.has(name)
  const behind = phases.findLastIndex(isUndone)
  const early = new Set(phases.slice(0, Math.max(behind, 0)).flatMap((phase) => phase.steps))
  const clauses = new Map<string, string>()
  for (const [place, needing] of steps.entries()) {
    for (const target of graph.needs[place] ?? []) {
      const needed = steps[target]
      if (needed === undefined || !last.has(needed.database) || !early.has(needed)) continue
      if (needed.database === needing.database || clauses.has(needed.database)) continue
      const verb = direction === 'up' ? 'needs' : 'has to wait for'
      clauses.set(
        needed.database,
        `${needed.step.id} comes before the others, because ${needing.database}:${needing.step.id} ${verb} it`,
      )
    }
  }
  return clauses
}
