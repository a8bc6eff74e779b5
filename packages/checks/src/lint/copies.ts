import type { DatabaseSchema, Dialect, Driver, Session } from '@whimbrel/core'
import { fillTables } from '../rows/fill-tables.ts'
import { addAlikeRows } from './alike-rows.ts'

type Scratch = NonNullable<Driver['scratch']>

/**
 * Two databases in memory that go through the same migrations: one without rows, and one whose tables have some. What
 * only the second one refuses is because of the rows.
 */
export class Copies {
  readonly #scratch: Scratch
  readonly #dialect: Dialect
  #bare: Session
  #filled: Session

  private constructor(scratch: Scratch, dialect: Dialect, sessions: { bare: Session; filled: Session }) {
    this.#scratch = scratch
    this.#dialect = dialect
    this.#bare = sessions.bare
    this.#filled = sessions.filled
  }

  static async open(scratch: Scratch, dialect: Dialect, like: DatabaseSchema): Promise<Copies> {
    // A server takes its time for each, and does both in the same.
    const opened = await Promise.allSettled([scratch(like), scratch(like)])
    const failed = opened.find((result) => result.status === 'rejected')
    const sessions = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const [bare, filled] = sessions
    if (failed !== undefined || bare === undefined || filled === undefined) {
      for (const session of sessions) await session.close()
      throw failed?.reason
    }
    const copies = new Copies(scratch, dialect, { bare, filled })
    try {
      await copies.fill(like)
      return copies
    } catch (error) {
      await copies.close()
      throw error
    }
  }

  get bare(): Session {
    return this.#bare
  }

  get filled(): Session {
    return this.#filled
  }

  /** Gives rows to those of these tables that have none; all tables where none are named. */
  async fill(schema: DatabaseSchema, among?: ReadonlySet<string>): Promise<void> {
    const session = this.#filled
    const tables = await emptyTables(session, schema, among)
    if (tables.length === 0) return
    const options = { session, schema, dialect: this.#dialect, tables }
    await fillTables(options)
    await addAlikeRows(options)
  }

  /** Begins the filled one anew, with the schema that the bare one has come to. */
  async refill(schema: DatabaseSchema): Promise<void> {
    await this.#filled.close()
    this.#filled = await this.#scratch(schema)
    await this.fill(schema)
  }

  async close(): Promise<void> {
    await Promise.all([this.#bare.close(), this.#filled.close()])
  }
}

async function emptyTables(
  session: Session,
  { objects }: DatabaseSchema,
  among: ReadonlySet<string> | undefined,
): Promise<readonly string[]> {
  const empty: string[] = []
  for (const { kind, name, storage } of objects) {
    if (kind !== 'table' || storage !== 'ordinary') continue
    if (among !== undefined && !among.has(name.toLowerCase())) continue
    const counted = await session.inspector?.count(name)
    if (counted?.rows === 0) empty.push(name)
  }
  return empty
}
