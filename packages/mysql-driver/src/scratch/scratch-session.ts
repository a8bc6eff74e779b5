import {
  type Capabilities,
  type Inspector,
  MigrateError,
  mysqlDialect,
  type Session,
  type SqlValue,
  type TransactionOptions,
} from '@whimbrel/core'
import { qualifiersIn, withoutQualifier } from '../qualified-names.ts'
import { sqlPieces } from '../sql-pieces.ts'
import { disabledEvent } from './disabled-event.ts'

export interface ScratchRules {
  /** The database that the scratch database stands for: its name in a statement means the scratch database. */
  readonly standsFor: string
  /** The other databases of the server, in lower case. */
  readonly others: ReadonlySet<string>
}

/**
 * A session of a scratch database from which nothing reaches beyond it, although it is on the server of the real ones:
 * what names another database is refused, what acts on the server as a whole is not run, and events never run.
 */
export class ScratchSession implements Session {
  readonly capabilities: Capabilities
  readonly inspector: Inspector
  readonly #session: Session & { readonly inspector: Inspector }
  readonly #rules: ScratchRules

  constructor(session: Session & { readonly inspector: Inspector }, rules: ScratchRules) {
    this.#session = session
    this.#rules = rules
    this.capabilities = session.capabilities
    this.inspector = session.inspector
  }

  async execute(sql: string, params?: readonly SqlValue[]): Promise<void> {
    const inside = this.#inside(sql)
    if (inside !== undefined) await this.#session.execute(inside, params)
  }

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    const inside = this.#inside(sql)
    return inside === undefined ? [] : this.#session.query<Row>(inside, params)
  }

  changes(): Promise<number> {
    return this.#session.changes()
  }

  transaction<T>(work: () => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#session.transaction(work, options)
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  /** The statement as it may run here; undefined for one that means nothing to a database that nobody uses. */
  #inside(sql: string): string | undefined {
    if (mysqlDialect.reachesOut(sql) !== undefined) return undefined
    const { standsFor, others } = this.#rules
    const own = disabledEvent(withoutQualifier(sql, standsFor))
    const other = qualifiersIn(own).find(({ name }) => others.has(name.toLowerCase()))
    if (other !== undefined) throw leadsElsewhere(other.name)
    for (const { name } of runsStrings.test(own) ? stringsIn(own).flatMap(qualifiersIn) : []) {
      if (others.has(name.toLowerCase()) || name.toLowerCase() === standsFor.toLowerCase())
        throw leadsElsewhere(name)
    }
    return own
  }
}

const runsStrings = /\b(?:PREPARE|EXECUTE\s+IMMEDIATE)\b/i

/** What stands between quotation marks, which a statement may run. */
function stringsIn(sql: string): readonly string[] {
  return sqlPieces(sql).flatMap(({ text }) => (/^['"]/.test(text) ? [text.slice(1, -1)] : []))
}

function leadsElsewhere(database: string): MigrateError {
  return new MigrateError(
    'STATEMENT_FAILED',
    `The statement names the database ${database} of the same server`,
    {
      hint: 'What is tried out on a scratch database must not change another one: give that database its own entry in the manifest and its own migrations',
      details: { database },
    },
  )
}
