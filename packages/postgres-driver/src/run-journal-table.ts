import { MigrateError, type OtherPlace, type PreparedRun, type RunJournal } from '@whimbrel/core'
import { advisoryKey } from './advisory-keys.ts'
import type { Connection } from './connection.ts'
import { Connections, type Opened } from './connections.ts'
import type { CheckedOptions } from './driver-options.ts'
import { engineCode } from './error-translation.ts'
import { type JournalPlace, journalPlace, parseJournalPlace } from './journal-place.ts'
import {
  endPrepared,
  type PreparedNames,
  preparedName,
  preparedSql,
  runOfPrepared,
} from './prepared-transaction.ts'
import { quoteIdentifier, quoteLiteral } from './quote-identifier.ts'
import { readPlace } from './read-place.ts'

interface FoundTransaction extends PreparedRun {
  readonly name: string
}

/** Stands in the schema of the tracking tables, and only while there is a journal. */
const TABLE = 'whimbrel_run'
const UNKNOWN_NAME = '42704'

/**
 * The run journal of a database of PostgreSQL: a table of one row, made and dropped with it, each time on a connection
 * that nobody else has then. A transaction that a lost connection has left at the server is waited for: it could still write, or take away.
 */
export class RunJournalTable implements RunJournal {
  readonly #options: CheckedOptions
  readonly #connections: Connections
  readonly #table: string
  #place: Promise<string> | undefined
  /** False only where nothing was there when this looked, and nothing was written by this since. */
  #mayBeThere = true

  constructor(options: CheckedOptions, connections: Connections) {
    this.#options = options
    this.#connections = connections
    this.#table = `${quoteIdentifier(options.schema)}.${quoteIdentifier(TABLE)}`
  }

  place(): Promise<string> {
    this.#place ??= this.#readPlace()
    // Who is not reached now may be reached the next time.
    this.#place.catch(() => {
      this.#place = undefined
    })
    return this.#place
  }

  async read(): Promise<string | undefined> {
    const also = `to_regclass(${quoteLiteral(this.#table)}) IS NOT NULL OR EXISTS (${preparedSql})`
    return this.#connected(
      'read',
      async ({ connection, also: something }) => {
        this.#mayBeThere = something === 'true'
        if (!this.#mayBeThere) return undefined
        const text = await readText(connection, this.#table)
        this.#mayBeThere = text !== undefined || (await this.#preparedIn(connection)).length > 0
        return text
      },
      also,
    )
  }

  async prepared(): Promise<readonly PreparedRun[]> {
    // Whoever asks has read before: nothing was there then.
    if (!this.#mayBeThere) return []
    const found = await this.#connected('read', ({ connection }) => this.#preparedIn(connection))
    return found.map(({ run, since, by }) => ({ run, since, by }))
  }

  async settle(run: string, end: 'commit' | 'undo'): Promise<void> {
    const name = preparedName(run, this.#names)
    await this.#connected('write', async ({ connection }) => {
      const isThere = (await this.#preparedIn(connection)).some((each) => each.name === name)
      if (name !== undefined && isThere) await this.#endPrepared(name, { connection, end })
    })
  }

  async readOther({ place }: OtherPlace): Promise<string | undefined> {
    const other = parseJournalPlace(place)
    const own = parseJournalPlace(await this.place())
    if (other === undefined || own === undefined || other.server !== own.server)
      throw outOfSight(place, this.#options.label)
    const database = await this.#connected('read', ({ connection }) => nameOf(other, connection))
    if (database === undefined) throw otherMissing(place, this.#options.label)
    const target = { ...this.#options.target, database }
    const options = { ...this.#options, target, schema: other.schema }
    const connections = new Connections(options)
    try {
      return await new RunJournalTable(options, connections).read()
    } finally {
      await connections.close()
    }
  }

  async write(
    text: string,
    { others = [] }: { readonly others?: readonly RunJournal[] } = {},
  ): Promise<void> {
    for (const other of others) await other.write(text)
    this.#mayBeThere = true
    await this.#connected('write', ({ connection }) =>
      this.#change(
        connection,
        `CREATE TABLE IF NOT EXISTS ${this.#table} (content text NOT NULL); DELETE FROM ${this.#table}; ` +
          `INSERT INTO ${this.#table} VALUES (${quoteLiteral(text)})`,
      ),
    )
  }

  /** Always durable: what was committed before on this server is, too, once this resolves. */
  async remove(): Promise<void> {
    if (!this.#mayBeThere) return
    await this.#connected('write', async ({ connection }) => {
      await this.#change(connection, `DROP TABLE IF EXISTS ${this.#table}`)
      // Not before: with the text they would have been kept.
      for (const { name } of await this.#preparedIn(connection))
        await this.#endPrepared(name, { connection, end: 'undo' })
    })
    this.#mayBeThere = false
  }

  get #names(): PreparedNames {
    return { database: this.#options.target.database, schema: this.#options.schema }
  }

  /** The prepared transactions of this database and schema. */
  async #preparedIn(connection: Connection): Promise<readonly FoundTransaction[]> {
    const rows = await connection.run<Omit<FoundTransaction, 'run'>>(preparedSql)
    return rows.flatMap((row) => {
      const run = runOfPrepared(row.name, this.#names)
      return run === undefined ? [] : [{ ...row, run }]
    })
  }

  async #endPrepared(
    name: string,
    { connection, end }: { readonly connection: Connection; readonly end: 'commit' | 'undo' },
  ): Promise<void> {
    await connection.raw(endPrepared(name, end)).catch((error) => {
      // Whoever made it has ended it meanwhile.
      if (engineCode(error) !== UNKNOWN_NAME) throw connection.translate(error)
    })
  }

  async #change(connection: Connection, sql: string): Promise<void> {
    const key = advisoryKey(this.#options.schema, 'journal')
    const before = `SET LOCAL client_min_messages = error; ${durably}; SELECT pg_advisory_xact_lock(${key})`
    await connection.raw(`BEGIN; ${before}; ${sql}; COMMIT`).catch((error) => {
      throw connection.translate(error)
    })
  }

  async #connected<T>(
    mode: 'read' | 'write',
    work: (opened: Opened) => Promise<T>,
    also?: string,
  ): Promise<T> {
    const opened = await this.#connections.open(mode, { statementTimeoutMs: 0, ...(also && { also }) })
    try {
      return await work(opened)
    } finally {
      await opened.end({ isUntouched: true })
    }
  }

  async #readPlace(): Promise<string> {
    const { schema, target } = this.#options
    const found = await this.#connected('read', ({ connection }) => readPlace(connection))
    const [server, database] = found?.split('/') ?? []
    // Who may not ask the server who it is calls it by the name under which it is reached.
    return journalPlace({
      server: server ?? `${target.host}:${target.port}`,
      database: database ?? target.database,
      schema,
    })
  }
}

/** Whatever the server is set to: a decision must not be lost with its power. */
const durably =
  "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' " +
  "ELSE current_setting('synchronous_commit') END, true)"

async function readText(connection: Connection, table: string): Promise<string | undefined> {
  const [found] = await connection.run<{ there: number }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    table,
  ])
  if (found?.there !== 1) return undefined
  try {
    const [row] = await connection.run<{ content: string }>(`SELECT content FROM ${table}`)
    return row?.content
  } catch (error) {
    // It was dropped meanwhile.
    if (MigrateError.is(error) && error.details.engineCode === '42P01') return undefined
    throw error
  }
}

async function nameOf({ database }: JournalPlace, connection: Connection): Promise<string | undefined> {
  const sql = 'SELECT datname AS name FROM pg_database WHERE oid::text = $1 OR datname = $1'
  const [row] = await connection.run<{ name: string }>(sql, [database])
  return row?.name
}

function outOfSight(place: string, location: string): MigrateError {
  return new MigrateError(
    'DATABASE_UNREACHABLE',
    `The database at ${place} cannot be seen from ${location}: it is of another engine or on another server`,
    { hint: 'Use a manifest that names both', details: { place } },
  )
}

function otherMissing(place: string, location: string): MigrateError {
  return new MigrateError(
    'DATABASE_MISSING',
    `There is no database at ${place}, which a run over it and ${location} has named`,
    { hint: 'Bring the database back, or restore its server', details: { place } },
  )
}
