/** A directed graph whose nodes are numbers: where the edges of one node lead to. */
export type EdgesOf = (node: number) => readonly number[]

/** From the node that is visited down to the one that is looked at, each with its next edge. */
interface Place {
  readonly node: number
  readonly edges: readonly number[]
  next: number
}

/**
 * The strongly connected components that the roots reach: nodes that all lead to each other, most of them alone. What
 * a component leads to stands before it; otherwise they keep the order in which roots and edges name them. Within one
 * the nodes ascend. Linear, and as deep as it likes: the path is no call stack.
 */
export function strongComponents(roots: Iterable<number>, edgesOf: EdgesOf): readonly (readonly number[])[] {
  const search = new Search(edgesOf)
  for (const root of roots) search.visit(root)
  return search.components
}

/** Tarjan's algorithm: a component ends at the node from which nothing earlier can be reached. */
class Search {
  readonly components: number[][] = []
  readonly #edgesOf: EdgesOf
  readonly #index = new Map<number, number>()
  /** The earliest node of an unfinished component that a node leads to; infinite where it is finished. */
  readonly #low = new Map<number, number>()
  readonly #open: number[] = []
  readonly #path: Place[] = []

  constructor(edgesOf: EdgesOf) {
    this.#edgesOf = edgesOf
  }

  visit(root: number): void {
    this.#enter(root)
    for (let top = this.#path.at(-1); top !== undefined; top = this.#path.at(-1)) {
      const target = top.edges[top.next]
      top.next += 1
      if (target === undefined) this.#leave(top.node)
      else if (this.#index.has(target)) this.#lower(top.node, this.#reach(target))
      else this.#enter(target)
    }
  }

  #enter(node: number): void {
    if (this.#index.has(node)) return
    const index = this.#index.size
    this.#index.set(node, index)
    this.#low.set(node, index)
    this.#open.push(node)
    this.#path.push({ node, edges: this.#edgesOf(node), next: 0 })
  }

  #leave(node: number): void {
    this.#path.pop()
    const reach = this.#reach(node)
    if (reach === this.#index.get(node)) this.#close(node)
    const parent = this.#path.at(-1)
    if (parent !== undefined) this.#lower(parent.node, this.#reach(node))
  }

  #close(node: number): void {
    const members = this.#open.splice(this.#open.lastIndexOf(node))
    for (const member of members) this.#low.set(member, Number.POSITIVE_INFINITY)
    this.components.push(members.sort((a, b) => a - b))
  }

  #reach(node: number): number {
    return this.#low.get(node) ?? Number.POSITIVE_INFINITY
  }

  #lower(node: number, reach: number): void {
    if (reach < this.#reach(node)) this.#low.set(node, reach)
  }
}
