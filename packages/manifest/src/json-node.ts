import type { JSONPath, Node } from 'jsonc-parser'
import { redactUrl } from './redact-url.ts'

/** One key of an object, with where it stands. */
export interface Property {
  readonly key: string
  readonly keyNode: Node
  readonly value: Node
}

/** The keys of an object in the order of the file, repeated ones too; none for anything else. */
export function properties(node: Node | undefined): readonly Property[] {
  if (node?.type !== 'object') return []
  return (node.children ?? []).flatMap((child) => {
    const [keyNode, value] = child.children ?? []
    return keyNode && value ? [{ key: String(keyNode.value), keyNode, value }] : []
  })
}

/** The value of a key of an object. */
export function property(node: Node | undefined, key: string): Node | undefined {
  return properties(node).find((each) => each.key === key)?.value
}

/**
 * The value as plain data. Its objects have no prototype, so that no key means anything but itself; `__proto__`,
 * which other code would take for one, is left out.
 */
export function toData(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(toData)
  if (node.type !== 'object') return node.value
  const data: Record<string, unknown> = Object.create(null)
  for (const { key, value } of properties(node)) if (key !== '__proto__') data[key] = toData(value)
  return data
}

/** What kind of value it is, in plain words. */
export function describeNode(node: Node): string {
  if (node.value === '' || (node.type === 'object' && node.children?.length === 0)) return 'empty'
  if (node.type === 'string') return quote(String(node.value))
  if (node.type === 'array') return 'a list'
  if (node.type === 'object') return 'an object'
  return node.type === 'number' ? `the number ${node.value}` : String(node.value)
}

/** `databases.settings.url`; keys that are no plain words as `["…"]`. */
export function showPath(path: JSONPath): string {
  if (path.length === 0) return 'the manifest'
  return path
    .map((key) => (typeof key === 'string' && /^[\w$-]+$/.test(key) ? `.${key}` : `[${quote(key)}]`))
    .join('')
    .replace(/^\./, '')
}

/** Text as a message shows it: no password, one line, not endless. */
export function quote(text: string | number): string {
  if (typeof text === 'number') return String(text)
  const safe = redactUrl(text)
  return JSON.stringify(safe.length > 80 ? `${safe.slice(0, 79)}…` : safe)
}
