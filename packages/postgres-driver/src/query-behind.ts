import type { Client, QueryArrayConfig, QueryConfig, QueryResult } from 'pg'

/** What of pg's own query is needed here; its types leave it out. */
interface PgQuery {
  prepare(connection: PgConnection): void
  handleDataRow(message: PgRow): void
  handleCommandComplete(message: unknown, connection: PgConnection): void
}

interface PgRow {
  readonly fields: readonly (string | null)[]
}

interface PgConnection {
  parse(message: { text: string; name: string }): void
  bind(message: { portal: string; statement: string; values: readonly never[] }): void
  execute(message: { portal: string; rows: number }): void
}

/** A statement that goes in front. */
export interface Ahead {
  readonly text: string
  /** Gets the values of each row that it returns, as the server writes them. */
  readonly onRow?: ((values: readonly (string | null)[]) => void) | undefined
}

type Callback = (error: Error | null, result: QueryResult) => void
type PgQueryClass = new (config: object, values: undefined, callback: Callback) => PgQuery

/**
 * Sends a statement with others in front of it, in one message and for one answer. Where one of them fails, the server
 * skips all that follow: the statement never runs outside of the transaction that was to be begun in front of it.
 */
export function queryBehind<Result extends { command: string }>(
  client: Client,
  statements: readonly Ahead[],
  config: QueryConfig | QueryArrayConfig,
): Promise<Result> {
  const Behind = behindClass((client.constructor as unknown as { Query: PgQueryClass }).Query)
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) =>
      error === null ? resolve(result as unknown as Result) : reject(error)
    const query = new Behind({ ...config, queryMode: 'extended' }, undefined, callback)
    query.ahead = statements
    client.query(query as never)
  })
}

type BehindClass = new (...args: ConstructorParameters<PgQueryClass>) => PgQuery & { ahead: readonly Ahead[] }

const classes = new WeakMap<PgQueryClass, BehindClass>()

function behindClass(Query: PgQueryClass): BehindClass {
  const known = classes.get(Query)
  if (known !== undefined) return known
  const made = class extends Query {
    ahead: readonly Ahead[] = []
    #answers = 0

    override prepare(connection: PgConnection): void {
      for (const { text } of this.ahead) {
        connection.parse({ text, name: '' })
        connection.bind({ portal: '', statement: '', values: [] })
        connection.execute({ portal: '', rows: 0 })
      }
      super.prepare(connection)
    }

    override handleDataRow(message: PgRow): void {
      const inFront = this.ahead[this.#answers]
      if (inFront === undefined) super.handleDataRow(message)
      else inFront.onRow?.(message.fields)
    }

    override handleCommandComplete(message: unknown, connection: PgConnection): void {
      this.#answers += 1
      if (this.#answers > this.ahead.length) super.handleCommandComplete(message, connection)
    }
  }
  classes.set(Query, made)
  return made
}
