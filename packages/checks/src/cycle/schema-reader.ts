import type { DatabaseSchema, Session } from '@whimbrel/core'

/** Reads the schema of a session, and not again as long as it is the same. */
export class SchemaReader {
  readonly #session: Session
  #last: { readonly text: string; readonly schema: DatabaseSchema } | undefined

  constructor(session: Session) {
    this.#session = session
  }

  /** The same object as long as the schema has the same text. */
  async read(): Promise<DatabaseSchema> {
    const { inspector } = this.#session
    if (inspector === undefined) return { objects: [] }
    const text = await inspector.schemaText()
    if (this.#last?.text !== text) this.#last = { text, schema: await inspector.schema() }
    return this.#last.schema
  }
}
