import { resolve } from 'node:path'
import type { Node } from 'jsonc-parser'
import { properties, toData } from './json-node.ts'
import { parseDocument } from './manifest-document.ts'
import { readManifestText } from './manifest-text.ts'

/**
 * The text of a manifest to take along, for `parseManifest`: only these databases, in the order of the file, without
 * comments and `$schema`; variables are not filled in. The manifest is one that `readManifest` has read.
 *
 * @throws MANIFEST_NOT_FOUND, MANIFEST_INVALID
 */
export function portableManifest(path: string, databases: readonly string[]): string {
  const file = resolve(path)
  const root = parseDocument(file, readManifestText(file))
  const selected = (node: Node) => picked(node, (name) => databases.includes(name))
  const content = properties(root).flatMap(({ key, value }): [string, unknown][] => {
    if (key === '$schema') return []
    if (key === 'databases') return [[key, selected(value)]]
    if (key !== 'environments') return [[key, toData(value)]]
    const environments = properties(value).map((environment) => [
      environment.key,
      Object.fromEntries(
        properties(environment.value).map((inner) => [
          inner.key,
          inner.key === 'databases' ? selected(inner.value) : toData(inner.value),
        ]),
      ),
    ])
    return [[key, Object.fromEntries(environments)]]
  })
  return JSON.stringify(Object.fromEntries(content))
}

function picked(node: Node, isWanted: (key: string) => boolean): Readonly<Record<string, unknown>> {
  const wanted = properties(node).filter(({ key }) => isWanted(key))
  return Object.fromEntries(wanted.map(({ key, value }) => [key, toData(value)]))
}
