import type { Client, QueryArrayConfig, QueryConfig, QueryResult } from 'pg'
import { engineCode } from './error-translation.ts'
import type { NamedStatement, PreparedStatements } from './prepared-statements.ts'

/** What of pg's own query is needed here; its types leave it out. */
interface PgQuery {
  hasBeenParsed(): boolean
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

/** What goes with a query. */
export interface Behind {
  readonly ahead: readonly Ahead[]
  readonly prepared: PreparedStatements
  /** The statement itself is kept prepared, too. */
  readonly recurs: boolean
}

type Callback = (error: Error | null, result: QueryResult) => void
type PgQueryClass = new (config: object, values: undefined, callback: Callback) => PgQuery

/** The server does not have a prepared statement, or not with these columns. */
const stale: ReadonlySet<string | undefined> = new Set(['26000', '0A000'])

/**
 * Sends a statement with others in front of it, in one message and for one answer. Where one of them fails, the server
 * skips all that follow: the statement never runs outside of the transaction that was to be begun in front of it.
 */
export function queryBehind<Result extends { command: string }>(
  client: Client,
  { ahead, prepared, recurs }: Behind,
  config: QueryConfig | QueryArrayConfig,
): Promise<Result> {
  const BehindQuery = behindClass((client.constructor as unknown as { Query: PgQueryClass }).Query)
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => {
      if (error === null) return resolve(result as unknown as Result)
      if (stale.has(engineCode(error))) prepared.forget()
      return reject(error)
    }
    const own = recurs ? prepared.named(config.text) : undefined
    const named = own && { name: own.name }
    const query = new BehindQuery({ ...config, ...named, queryMode: 'extended' }, undefined, callback)
    query.ahead = ahead.map((each) => ({ ...each, ...prepared.named(each.text) }))
    query.own = own
    query.prepared = prepared
    client.query(query as never)
  })
}

interface BehindQuery extends PgQuery {
  ahead: readonly (Ahead & NamedStatement)[]
  own: NamedStatement | undefined
  prepared: PreparedStatements | undefined
}
type BehindClass = new (...args: ConstructorParameters<PgQueryClass>) => BehindQuery

const classes = new WeakMap<PgQueryClass, BehindClass>()

function behindClass(Query: PgQueryClass): BehindClass {
  const known = classes.get(Query)
  if (known !== undefined) return known
  const made = class extends Query implements BehindQuery {
    ahead: readonly (Ahead & NamedStatement)[] = []
    own: NamedStatement | undefined
    prepared: PreparedStatements | undefined
    #answers = 0

    override hasBeenParsed(): boolean {
      return this.own?.isKnown === true
    }

    override prepare(connection: PgConnection): void {
      for (const { text, name, isKnown } of this.ahead) {
        if (!isKnown) connection.parse({ text, name })
        connection.bind({ portal: '', statement: name, values: [] })
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
      const done = this.ahead[this.#answers] ?? this.own
      if (done?.isKnown === false) this.prepared?.keep(done)
      this.#answers += 1
      if (this.#answers > this.ahead.length) super.handleCommandComplete(message, connection)
    }
  }
  classes.set(Query, made)
  return made
}
