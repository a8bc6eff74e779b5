import { suggest } from '@whimbrel/core'
import { getNodePath, type Node } from 'jsonc-parser'
import { properties, property, quote, showPath } from './json-node.ts'
import type { ManifestProblems } from './manifest-problems.ts'

/** Reports what a schema cannot see: keys that are there twice, and overrides of databases that do not exist. */
export function checkStructure(root: Node, problems: ManifestProblems): void {
  checkKeys(root, problems)
  const databases = property(root, 'databases')
  if (databases?.type !== 'object') return
  const known = properties(databases).map(({ key }) => key)
  for (const { value: environment } of properties(property(root, 'environments'))) {
    for (const { key, keyNode } of properties(property(environment, 'databases'))) {
      if (!known.includes(key)) reportUnknownDatabase(problems, keyNode, { key, known })
    }
  }
}

function checkKeys(node: Node, problems: ManifestProblems): void {
  const first = new Map<string, Node>()
  for (const { key, keyNode, value } of properties(node)) {
    if (problems.full) return
    const earlier = first.get(key)
    if (earlier !== undefined) reportDuplicate(problems, keyNode, earlier)
    first.set(key, earlier ?? keyNode)
    // A key that plain objects treat in a way of its own; it never reaches the schema.
    if (key === '__proto__') reportProto(problems, keyNode)
    checkKeys(value, problems)
  }
  if (node.type === 'array') for (const child of node.children ?? []) checkKeys(child, problems)
}

function reportDuplicate(problems: ManifestProblems, node: Node, earlier: Node): void {
  const path = getNodePath(node)
  const { line } = problems.position(earlier.offset)
  problems.add({
    offset: node.offset,
    path: showPath(path),
    text: `${showPath(path.slice(0, -1))} has the key ${quote(node.value)} twice, first in line ${line}`,
    hint: 'Rename one of the two, or remove it',
  })
}

function reportProto(problems: ManifestProblems, node: Node): void {
  const path = getNodePath(node)
  problems.add({
    offset: node.offset,
    path: showPath(path),
    text: `"__proto__" is not a key of ${showPath(path.slice(0, -1))}`,
    hint: 'Remove it',
  })
}

function reportUnknownDatabase(
  problems: ManifestProblems,
  node: Node,
  { key, known }: { readonly key: string; readonly known: readonly string[] },
): void {
  const path = getNodePath(node)
  const near = suggest(key, known)
  problems.add({
    offset: node.offset,
    path: showPath(path),
    text: `${showPath(path.slice(0, -1))} changes ${quote(key)}, but there is no database of that name`,
    hint:
      near === undefined
        ? `Add it to "databases" first, or remove it here. Known: ${known.map(quote).join(', ')}`
        : `Did you mean ${quote(near)}?`,
  })
}
