import { getNodePath, type Node } from 'jsonc-parser'
import { properties, showPath } from './json-node.ts'
import type { ManifestProblem } from './manifest-problems.ts'
import { readChoice, readText, reportAt, type SettingContext } from './read-setting.ts'

/**
 * What one database is configured with: its own keys, and over them those of the selected environment. Nested keys
 * are reached as `pragmas.journal_mode`, so that an environment changes one and keeps the others.
 */
export class DatabaseSettings {
  readonly name: string
  readonly #nodes = new Map<string, Node>()
  readonly #context: SettingContext

  constructor(name: string, context: Omit<SettingContext, 'database'>) {
    this.name = name
    this.#context = { ...context, database: name }
  }

  /** Puts the keys of an object over what is there. */
  add(database: Node | undefined): void {
    for (const { key, value } of properties(database)) {
      this.#nodes.set(key, value)
      for (const inner of properties(value)) this.#nodes.set(`${key}.${inner.key}`, inner.value)
    }
  }

  /** Where a setting stands; undefined where it is absent. */
  node(key: string): Node | undefined {
    return this.#nodes.get(key)
  }

  /** Keys inside one setting: for `pragmas`, the pragmas that are set. */
  inner(key: string): readonly string[] {
    return [...this.#nodes.keys()].flatMap((each) =>
      each.startsWith(`${key}.`) ? [each.slice(key.length + 1)] : [],
    )
  }

  /** A value as it is, a text with its variables filled in; undefined where it is absent or was reported. */
  value(key: string): string | number | boolean | undefined {
    const node = this.#nodes.get(key)
    return node?.type === 'string' ? readText(node, this.#context) : node?.value
  }

  /** A text; undefined where it is absent or was reported. */
  text(key: string): string | undefined {
    const node = this.#nodes.get(key)
    return node === undefined ? undefined : readText(node, this.#context)
  }

  /** A text, or the texts of a list, without those that were reported; empty where it is absent. */
  oneOrMore(key: string): readonly string[] {
    if (this.#nodes.get(key)?.type === 'array') return this.texts(key)
    const text = this.text(key)
    return text === undefined ? [] : [text]
  }

  /** The texts of a list, without those that were reported; empty where it is absent. */
  texts(key: string): readonly string[] {
    const nodes = this.#nodes.get(key)?.children ?? []
    return nodes.map((node) => readText(node, this.#context)).filter((text) => text !== undefined)
  }

  /** One of some words; undefined where it is absent or was reported. */
  choice<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const node = this.#nodes.get(key)
    return node && readChoice(node, words, this.#context)
  }

  /** Reports what is wrong with a setting that is there; the text goes on after its path. */
  report(key: string, problem: Pick<ManifestProblem, 'code' | 'text' | 'hint'>): void {
    const node = this.#nodes.get(key)
    if (node === undefined) return
    const path = showPath(getNodePath(node))
    reportAt(node, this.#context.problems, {
      ...problem,
      text: `${path} ${problem.text}`,
      facts: { database: this.name },
    })
  }
}
