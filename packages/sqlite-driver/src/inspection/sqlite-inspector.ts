import type {
  Inspector,
  IntegrityProblem,
  ScriptFacts,
  VerifyScope,
  Watch,
  WatchOptions,
} from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { findProblems } from './find-problems.ts'
import { KnownNames } from './known-names.ts'
import { SchemaLinks } from './schema-links.ts'
import { ScriptWatch } from './script-watch.ts'
import { ViolationBaseline } from './violation-baseline.ts'

/** Looks at the schema and the rows of one connection. */
export class SqliteInspector implements Inspector {
  readonly #connection: Connection
  #known: { readonly links: SchemaLinks; readonly baseline: ViolationBaseline } | undefined

  #names: KnownNames | undefined
  #isWatching = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async watch(facts: ScriptFacts, options: WatchOptions): Promise<Watch> {
    const connection = this.#connection
    this.#known ??= { links: new SchemaLinks(connection), baseline: new ViolationBaseline(connection) }
    if (!connection.inTransaction) this.onBegin()
    const watch = new ScriptWatch({ connection, ...this.#known }, facts, options)
    this.#isWatching = true
    return {
      finish: async () => {
        this.#isWatching = false
        return watch.finish()
      },
    }
  }

  async verify(scope?: VerifyScope): Promise<readonly IntegrityProblem[]> {
    this.#names ??= new KnownNames(this.#connection)
    if (scope?.names === undefined) this.#names.learn()
    return findProblems(this.#connection, { ...scope, known: this.#names })
  }

  async sizeBytes(): Promise<number> {
    const connection = this.#connection
    return Number(connection.pragma('page_count')) * Number(connection.pragma('page_size'))
  }

  /** To be told of every statement before it runs: a change of the schema that nobody watches has to be noticed. */
  notice(sql: string): void {
    if (this.#known === undefined || this.#isWatching) return
    if (!/^(insert|update|delete|select|with)\b/i.test(sql)) this.#known.links.forget()
  }

  /** Between transactions others may have written. */
  onBegin(): void {
    this.#isWatching = false
    this.#known?.baseline.clear()
  }

  onCommit(): void {
    this.#known?.links.endTransaction()
  }

  /** What was undone took its schema and its rows with it. */
  onUndo(): void {
    this.#isWatching = false
    this.#known?.baseline.clear()
    this.#known?.links.forget()
  }
}
