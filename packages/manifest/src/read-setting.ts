import { suggest } from '@whimbrel/core'
import { getNodePath, type Node } from 'jsonc-parser'
import { interpolate } from './interpolate.ts'
import { quote, showPath } from './json-node.ts'
import type { ManifestProblem, ManifestProblems } from './manifest-problems.ts'

/** What reading a setting needs. */
export interface SettingContext {
  /** Whose setting it is; absent for the manifest's own. */
  readonly database?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly problems: ManifestProblems
}

/** The text of a node with its variables filled in; undefined where something was reported. */
export function readText(node: Node, { database, env, problems }: SettingContext): string | undefined {
  const { text, variables, missing, malformed } = interpolate(String(node.value), env)
  if (malformed) {
    reportAt(node, problems, {
      text: `${pathOf(node)} has a \${ that is not followed by a name and }`,
      hint: 'Write ${NAME} or ${NAME:-default}, not one inside the other; $${ stands for a plain ${',
    })
    return undefined
  }
  const owner = database === undefined ? 'the manifest' : `database ${quote(database)}`
  for (const variable of missing) {
    reportAt(node, problems, {
      code: 'MANIFEST_VARIABLE',
      text: `${owner} needs the variable ${variable} for its ${settingName(node)}, and it is not set`,
      hint: `Set ${variable}, or write \${${variable}:-default} in the manifest`,
      facts: { variable, ...(database === undefined ? {} : { database }) },
    })
  }
  if (missing.length > 0) return undefined
  if (text === '') {
    reportAt(node, problems, {
      code: 'MANIFEST_VARIABLE',
      text: `${pathOf(node)} is empty once ${variables.join(' and ')} ${variables.length === 1 ? 'is' : 'are'} filled in`,
      hint: 'Set the variable to something, or write ${NAME:-default} in the manifest',
    })
    return undefined
  }
  return text
}

/** The text of a node as one of some words; undefined where something was reported. */
export function readChoice<Word extends string>(
  node: Node,
  words: readonly Word[],
  context: SettingContext,
): Word | undefined {
  const text = readText(node, context)
  const word = words.find((each) => each === text)
  if (text === undefined || word !== undefined) return word
  const near = suggest(text, words)
  reportAt(node, context.problems, {
    text: `${pathOf(node)} is ${quote(text)}; it must be ${words.map(quote).join(' or ')}`,
    hint:
      near === undefined
        ? 'Write one of these, in the manifest or in the variable it comes from'
        : `Did you mean ${quote(near)}?`,
  })
  return undefined
}

/** Reports what is wrong with the value at a node. */
export function reportAt(
  node: Node,
  problems: ManifestProblems,
  problem: Pick<ManifestProblem, 'code' | 'text' | 'hint' | 'facts'>,
): void {
  problems.add({ ...problem, offset: node.offset, path: pathOf(node) })
}

/** JSON path of a node. */
export function pathOf(node: Node): string {
  return showPath(getNodePath(node))
}

/** What a setting is called inside its database: `url`, `pragmas.journal_mode`. */
function settingName(node: Node): string {
  const path = getNodePath(node)
  const inner = path[0] === 'environments' ? path.slice(2) : path
  return showPath(inner[0] === 'databases' ? inner.slice(2) : inner)
}
