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

/** Orders migrations of one database. Dependencies on other databases are left to the caller. */
export function dependencyOrder<Node extends OrderNode>(nodes: readonly Node[]): DependencyOrder<Node> {
  const sorted = [...nodes].sort((a, b) => compareVersions(a.version, b.version))
  if (sorted.every((node) => node.dependsOn.length === 0)) {
    return { order: sorted, cycle: undefined, missing: [] }
  }
  return new Walk(sorted).run()
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
  /** From the node that is visited down to the one that is looked at, each with its next dependency. */
  readonly #path: { readonly node: Node; next: number }[] = []
  readonly #order: Node[] = []
  readonly #missing: { node: Node; dependency: Dependency }[] = []
  #cycle: string[] | undefined

  constructor(sorted: readonly Node[]) {
    this.#sorted = sorted
    for (const node of sorted) {
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
      const dependency = top.node.dependsOn[top.next]
      top.next += 1
      if (dependency === undefined) this.#leave(top.node)
      else this.#follow(top.node, dependency)
    }
  }

  #enter(node: Node): void {
    const state = this.#state.get(node)
    if (state === 'open') this.#noteCycle(node)
    if (state !== undefined) return
    this.#state.set(node, 'open')
    this.#path.push({ node, next: 0 })
  }

  #leave(node: Node): void {
    this.#path.pop()
    this.#state.set(node, 'done')
    this.#order.push(node)
  }

  #follow(node: Node, dependency: Dependency): void {
    if (dependency.database !== undefined) return
    const target = this.#byName.get(dependency.target.replace(/^0+(?=\d+$)/, ''))
    if (target !== undefined) this.#enter(target)
    else if (!dependency.optional) this.#missing.push({ node, dependency })
  }

  #noteCycle(node: Node): void {
    if (this.#cycle !== undefined) return
    const from = this.#path.findIndex((place) => place.node === node)
    this.#cycle = [...this.#path.slice(from).map((place) => place.node), node].map(({ id }) => id)
  }
}
