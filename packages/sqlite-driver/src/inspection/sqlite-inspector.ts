import type { Inspector, IntegrityProblem, ScriptFacts, Watch, WatchOptions } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { findProblems } from './find-problems.ts'
import { SchemaLinks } from './schema-links.ts'
import { ScriptWatch } from './script-watch.ts'
import { ViolationBaseline } from './violation-baseline.ts'

/** Looks at the schema and the rows of one connection. */
export class SqliteInspector implements Inspector {
  readonly #connection: Connection
  #known: { readonly links: SchemaLinks; readonly baseline: ViolationBaseline } | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async watch(facts: ScriptFacts, options: WatchOptions): Promise<Watch> {
    const connection = this.#connection
    this.#known ??= { links: new SchemaLinks(connection), baseline: new ViolationBaseline(connection) }
    if (!connection.inTransaction) this.#known.baseline.clear()
    return new ScriptWatch({ connection, ...this.#known }, facts, options)
  }

  async verify(): Promise<readonly IntegrityProblem[]> {
    return findProblems(this.#connection)
  }

  async sizeBytes(): Promise<number> {
    const connection = this.#connection
    return Number(connection.pragma('page_count')) * Number(connection.pragma('page_size'))
  }

  /** Between transactions others may have written. */
  onBegin(): void {
    this.#known?.baseline.clear()
  }

  /** What was undone took its schema and its rows with it. */
  onUndo(): void {
    this.#known?.baseline.clear()
    this.#known?.links.forget()
  }
}
