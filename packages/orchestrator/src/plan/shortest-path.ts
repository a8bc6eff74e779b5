import type { EdgesOf } from './strong-components.ts'

/** The nodes along a shortest way from one node to another, both included; empty where none leads there. */
export function shortestPath(from: number, to: number, edgesOf: EdgesOf): readonly number[] {
  const cameFrom = new Map<number, number | undefined>([[from, undefined]])
  // A map that grows while it is walked through: what is added gets its turn, nearest first.
  for (const node of cameFrom.keys()) {
    if (node === to) return wayBack(node, cameFrom)
    for (const target of edgesOf(node)) if (!cameFrom.has(target)) cameFrom.set(target, node)
  }
  return []
}

function wayBack(end: number, cameFrom: ReadonlyMap<number, number | undefined>): readonly number[] {
  const path: number[] = []
  for (let node: number | undefined = end; node !== undefined; node = cameFrom.get(node)) path.push(node)
  return path.reverse()
}
