import type { Handle } from 'whimbrel'

export interface FoundNode {
  readonly id: number
  readonly slug: string
  readonly kind: string
  readonly label: string
  /** The words around the hit in its text. */
  readonly excerpt: string
}

const most = 20

/** Finds nodes by the words in their label and body, the best hits first. */
export class NodeSearch {
  readonly #search: ReturnType<Handle['prepare']>

  constructor(graph: Handle) {
    this.#search = graph.prepare(`
      SELECT nodes.id, slug, kind, nodes.label, snippet(nodes_search, 1, '[', ']', '…', 12) AS excerpt
      FROM nodes_search JOIN nodes ON nodes.id = nodes_search.rowid
      WHERE nodes_search MATCH ?
      ORDER BY nodes_search.rank LIMIT ${most}`)
  }

  /** Nodes that have all the words; none for a text without a word. */
  find(text: string): readonly FoundNode[] {
    const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
    if (words.length === 0) return []
    // Quoted, so that AND, NOT and * are words like any other; the last one may still be being typed.
    const query = `${words.map((word) => `"${word}"`).join(' ')}*`
    return this.#search.all(query) as readonly FoundNode[]
  }
}
