import { suggest } from '@whimbrel/core'
import { findNodeAtLocation, type JSONPath, type Node } from 'jsonc-parser'
import type { core } from 'zod'
import { describeNode, properties, quote, showPath, toData } from './json-node.ts'
import { exampleFor } from './manifest-examples.ts'
import type { ManifestProblems } from './manifest-problems.ts'
import { manifestKeys, manifestSchema } from './manifest-schema.ts'

/** Reports in plain words where and how a manifest differs from the schema. Loads zod, so import it dynamically. */
export function explainSchema(root: Node, problems: ManifestProblems): void {
  const { error } = manifestSchema.safeParse(toData(root))
  for (const issue of error?.issues ?? []) {
    if (problems.full) return
    explainIssue(root, issue, problems)
  }
}

function explainIssue(root: Node, issue: core.$ZodIssue, problems: ManifestProblems): void {
  const path = issue.path as JSONPath
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      if (problems.full) return
      reportUnknownKey(root, [...path, key], problems)
    }
    return
  }
  if (issue.code === 'invalid_key') {
    reportName(root, path, problems)
    return
  }
  const node = findNodeAtLocation(root, path)
  if (node === undefined) reportMissing(root, path, problems)
  else reportValue(node, { path, expected: issue.message }, problems)
}

function reportUnknownKey(root: Node, path: JSONPath, problems: ManifestProblems): void {
  const key = String(path.at(-1))
  const parent = path.slice(0, -1)
  const inPragmas = parent.at(-1) === 'pragmas' && parent.length > 2
  problems.add({
    offset: keyOffset(root, path),
    path: showPath(path),
    text: inPragmas
      ? `${quote(key)} is not a pragma that a manifest can set, in ${showPath(parent)}`
      : `${quote(key)} is not a key of ${showPath(parent)}`,
    hint: unknownKeyHint(key, parent),
  })
}

function unknownKeyHint(key: string, parent: JSONPath): string {
  const keys = knownKeys(parent)
  const near = suggest(key, keys)
  if (near !== undefined) return `Did you mean ${quote(near)}?`
  if (parent.length === 0 && manifestKeys.database.includes(key)) {
    return `${quote(key)} belongs to one database: move it to where that database is`
  }
  return `Remove it. Known here: ${keys.join(', ')}`
}

/** The keys an object may have, by where it stands. */
function knownKeys(path: JSONPath): readonly string[] {
  if (path.length === 0) return manifestKeys.manifest
  const inner = path[0] === 'environments' ? path.slice(2) : path
  if (inner.length === 0) return manifestKeys.environment
  if (inner.length === 2) return manifestKeys.database
  if (inner[2] === 'drift') return manifestKeys.drift
  return inner[2] === 'pragmas' ? manifestKeys.pragmas : manifestKeys.backup
}

function reportName(root: Node, path: JSONPath, problems: ManifestProblems): void {
  const of = path[0] === 'environments' && path.length === 2 ? 'an environment' : 'a database'
  problems.add({
    offset: keyOffset(root, path),
    path: showPath(path),
    text: `${quote(String(path.at(-1)))} cannot be the name of ${of}`,
    hint: 'A name begins with a letter, and goes on with letters, digits, "_" and "-"',
  })
}

function reportMissing(root: Node, path: JSONPath, problems: ManifestProblems): void {
  problems.add({
    offset: findNodeAtLocation(root, path.slice(0, -1))?.offset ?? root.offset,
    path: showPath(path),
    text: `${showPath(path.slice(0, -1))} has no ${quote(String(path.at(-1)))}`,
    hint: `Add ${exampleFor(path)}`,
  })
}

function reportValue(
  node: Node,
  { path, expected }: { readonly path: JSONPath; readonly expected: string },
  problems: ManifestProblems,
): void {
  const near = node.type === 'string' ? suggest(node.value, quotedWords(expected)) : undefined
  problems.add({
    offset: node.offset,
    path: showPath(path),
    text: `${showPath(path)} is ${describeNode(node)}; it ${expected}`,
    hint: near === undefined ? `Write for instance ${exampleFor(path)}` : `Did you mean ${quote(near)}?`,
  })
}

/** The words a value may be, as its expectation names them. */
function quotedWords(expected: string): readonly string[] {
  return [...expected.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '')
}

function keyOffset(root: Node, path: JSONPath): number {
  const parent = findNodeAtLocation(root, path.slice(0, -1))
  const key = properties(parent).find((each) => each.key === path.at(-1))
  return key?.keyNode.offset ?? parent?.offset ?? root.offset
}
