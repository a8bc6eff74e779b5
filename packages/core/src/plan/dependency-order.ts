import { compareVersions, type Dependency } from '../model/migration.ts'

/** What an order is made from: a migration or a record of one. */
export interface OrderNode {
  readonly id: string
  readonly version: string
  readonly dependsOn: readonly Dependency[]
}

export interface DependencyOrder<Node extends OrderNode> {
  /** Every node after all it depends on; by version where dependencies leave it open. */
  readonly order: readonly Node[]
  /** Ids along a cycle, the first repeated at the end: `a`, `b`, `a`. */
  readonly cycle: readonly string[] | undefined
  readonly missing: readonly { readonly node: Node; readonly dependency: Dependency }[]
}

/**
 * Orders migrations of one database: by version, or as `first` lists versions. Dependencies on other databases are left
 * to the caller.
 */
export function dependencyOrder<Node extends OrderNode>(
  nodes: readonly Node[],
  first: readonly string[] = [],
): DependencyOrder<Node> {
  const sorted = sortedNodes(nodes, first)
  if (sorted.every((node) => node.dependsOn.length === 0)) {
    return { order: sorted, cycle: undefined, missing: [] }
  }
  return new Walk(sorted).run()
}

/** What `first` does not list comes behind it, by version. */
function sortedNodes<Node extends OrderNode>(
  nodes: readonly Node[],
  first: readonly string[],
): readonly Node[] {
  const places = new Map(first.map((version, index) => [version, index]))
  const placeOf = ({ version }: Node) => places.get(version) ?? places.size
  return [...nodes].sort((a, b) => placeOf(a) - placeOf(b) || compareVersions(a.version, b.version))
}

/** Finds the node a dependency of the same database means, by id or by version. */
export function dependencyTarget<Node extends { id: string; version: string }>(
  nodes: Iterable<Node>,
  dependency: Dependency,
): Node | undefined {
  const version = /^\d+$/.test(dependency.target) ? dependency.target.replace(/^0+(?=\d)/, '') : undefined
  for (const node of nodes) {
    if (node.id === dependency.target || node.version === version) return node
  }
  return undefined
}

class Walk<Node extends OrderNode> {
  readonly #sorted: readonly Node[]
  readonly #byName = new Map<string, Node>()
  readonly #state = new Map<Node, 'open' | 'done'>()
  readonly #places = new Map<Node, number>()
  /** From the node that is visited down to the one that is looked at, each with the next one it depends on. */
  readonly #path: { readonly node: Node; readonly targets: readonly Node[]; next: number }[] = []
  readonly #order: Node[] = []
  readonly #missing: { node: Node; dependency: Dependency }[] = []
  #cycle: string[] | undefined

  constructor(sorted: readonly Node[]) {
    this.#sorted = sorted
    for (const [place, node] of sorted.entries()) {
      this.#places.set(node, place)
      this.#byName.set(node.version, node)
      this.#byName.set(node.id, node)
    }
  }

  run(): DependencyOrder<Node> {
    for (const node of this.#sorted) this.#visit(node)
    return { order: this.#order, cycle: this.#cycle, missing: this.#missing }
  }

  /** Depth first, with a path of its own: a long chain of dependencies must not be as deep as the call stack. */
  #visit(start: Node): void {
    this.#enter(start)
    for (let top = this.#path.at(-1); top !== undefined; top = this.#path.at(-1)) {
      const target = top.targets[top.next]
      top.next += 1
      if (target === undefined) this.#leave(top.node)
      else this.#enter(target)
    }
  }

  #enter(node: Node): void {
    const state = this.#state.get(node)
    if (state === 'open') this.#noteCycle(node)
    if (state !== undefined) return
    this.#state.set(node, 'open')
    this.#path.push({ node, targets: this.#targetsOf(node), next: 0 })
  }

  #leave(node: Node): void {
    this.#path.pop()
    this.#state.set(node, 'done')
    this.#order.push(node)
  }

  /** What a node depends on, in the order of all: how its author lists it decides nothing. */
  #targetsOf(node: Node): readonly Node[] {
    const targets = node.dependsOn.flatMap((dependency) => {
      if (dependency.database !== undefined) return []
      const target = this.#byName.get(dependency.target.replace(/^0+(?=\d+$)/, ''))
      if (target === undefined && !dependency.optional) this.#missing.push({ node, dependency })
      return target ?? []
    })
    return targets.sort((a, b) => (this.#places.get(a) ?? 0) - (this.#places.get(b) ?? 0))
  }

  #noteCycle(node: Node): void {
    if (this.#cycle !== undefined) return
    const from = this.#path.findIndex((place) => place.node === node)
    this.#cycle = [...this.#path.slice(from).map((place) => place.node), node].map(({ id }) => id)
  }
}
