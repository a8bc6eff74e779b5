import { atomicConflict } from './atomic-conflict.ts'
import { type ContractedGraph, contractedGraph, type PhaseRequest } from './contracted-graph.ts'
import { releaseOrder } from './release-order.ts'
import type { ReleaseFinding, ReleasePhase, ReleaseStep } from './release-plan.ts'

export interface Phases {
  readonly phases: readonly ReleasePhase[]
  readonly findings: readonly ReleaseFinding[]
}

/** One atomic phase, what it depends on before it, everything else behind it; or only independent phases. */
export function releasePhases(request: PhaseRequest): Phases {
  const { steps, graph, together, last } = request
  const order = releaseOrder(graph, (place) => last.has(steps[place]?.database ?? ''))
  const independent = () => order.flatMap((place) => steps[place] ?? [])
  if (together.size === 0) return { phases: independentPhases(independent()), findings: [] }
  const contracted = contractedGraph(request)
  const conflict = atomicConflict(request, contracted)
  if (conflict !== undefined) return { phases: independentPhases(independent()), findings: [conflict] }
  const inside = order.flatMap((place) => stepsOf(together, steps[place]))
  return { phases: aroundAtomic(request, { contracted, inside }), findings: [] }
}

function aroundAtomic(
  { steps, last }: PhaseRequest,
  { contracted, inside }: { readonly contracted: ContractedGraph; readonly inside: readonly ReleaseStep[] },
): readonly ReleasePhase[] {
  const databaseAt = (node: number) => steps[contracted.places[node] ?? -1]?.database ?? ''
  const order = releaseOrder(contracted, (node) => last.has(databaseAt(node)))
  const at = order.indexOf(0)
  const stepsAt = (nodes: readonly number[]) =>
    nodes.flatMap((node) => steps[contracted.places[node] ?? -1] ?? [])
  const first = new Set(inside.map(({ database }) => database))
  const atomic: ReleasePhase = { release: 'atomic', databases: [...first], steps: inside }
  return [
    ...independentPhases(stepsAt(order.slice(0, at))),
    atomic,
    ...independentPhases(stepsAt(order.slice(at + 1))),
  ]
}

function stepsOf(together: ReadonlySet<string>, step: ReleaseStep | undefined): readonly ReleaseStep[] {
  return step !== undefined && together.has(step.database) ? [step] : []
}

/** Runs of consecutive steps of one database. */
function independentPhases(steps: readonly ReleaseStep[]): readonly ReleasePhase[] {
  const runs: ReleaseStep[][] = []
  for (const step of steps) {
    const last = runs.at(-1)
    if (last?.[0]?.database === step.database) last.push(step)
    else runs.push([step])
  }
  return runs.map((run) => ({
    release: 'independent',
    databases: run.slice(0, 1).map(({ database }) => database),
    steps: run,
  }))
}
