import { type Dialect, type Inspector, MigrateError, type SchemaObject, type Session } from '@whimbrel/core'
import type { KeptHeader, KeptTable } from './kept-file.ts'
import { keptRows, verifyKeptFile } from './kept-file-reader.ts'
import { type Destination, findDestination } from './return-place.ts'
import { ReturnAccount, type ReturnReport } from './return-report.ts'
import { keyOf, type Returning, returningRow, returningValues } from './return-row.ts'
import { withReturnSettings } from './return-settings.ts'
import { standAside, triggersOf } from './stand-aside.ts'

export interface ReturnOptions {
  readonly dialect: Dialect
  /** Name of the database: a file of another one is refused. Default: not compared. */
  readonly database?: string | undefined
}

/**
 * Brings the rows of a file back, in one transaction: rows of a table that is there again are inserted, values of columns
 * that are there again are set by key. Nothing that is there is overwritten; triggers do not fire. Rows that have no
 * place are counted, with the reason and the first few keys: `returnRefusal` makes an error of them. A second time
 * changes nothing more. Throws KEPT_ROWS_DAMAGED, and FOREIGN_KEYS_VIOLATED where rows would have no parent: then
 * nothing is returned.
 */
export async function returnRows(
  session: Session,
  path: string,
  options: ReturnOptions,
): Promise<ReturnReport> {
  const { header } = await verifyKeptFile(path)
  checkDatabase(header, { path, options })
  return session.transaction(async () => {
    const { inspector } = session
    if (inspector === undefined)
      throw new TypeError('Rows can only be returned in a session with an inspector')
    const work = new Return(session, { inspector, header, path, dialect: options.dialect })
    return work.carryOut()
  })
}

function checkDatabase(
  { database }: KeptHeader,
  { path, options }: { path: string; options: ReturnOptions },
): void {
  if (options.database === undefined || options.database === database) return
  throw new MigrateError(
    'USAGE',
    `${path} holds rows of the database ${database}, not of ${options.database}`,
    {
      hint: `Name that database: --db ${database}`,
      details: { file: path },
    },
  )
}

interface ReturnContext {
  readonly inspector: Inspector
  readonly header: KeptHeader
  readonly path: string
  readonly dialect: Dialect
}

/** One return, inside its transaction. */
class Return {
  readonly #session: Session
  readonly #context: ReturnContext
  readonly #account = new ReturnAccount()

  constructor(session: Session, context: ReturnContext) {
    this.#session = session
    this.#context = context
  }

  async carryOut(): Promise<ReturnReport> {
    const { inspector, header } = this.#context
    const { objects } = await inspector.schema()
    const destinations = header.tables.map((table) => findDestination(table, objects))
    const tables = new Set(destinations.flatMap((each) => each?.object.name ?? []))
    const names = new Set([...tables].map((name) => name.toLowerCase()))
    const before = await this.#orphans(names)
    await this.#withNothingInTheWay(objects, tables, () =>
      withReturnSettings(this.#session, this.#context.dialect, () => this.#rows(destinations)),
    )
    for (const table of tables) await inspector.numberOn?.(table)
    const added = (await this.#orphans(names)).filter((problem) => !before.includes(problem))
    if (added.length > 0) throw orphaned(this.#context.path, added)
    return this.#account.report(header.migration)
  }

  /** What triggers would do was done when the rows came the first time, and a parent may come behind its children. */
  async #withNothingInTheWay(
    objects: readonly SchemaObject[],
    tables: ReadonlySet<string>,
    work: () => Promise<void>,
  ): Promise<void> {
    const { dialect, header } = this.#context
    if (!this.#session.capabilities.transactionalDdl) {
      const firing = triggersOf(objects, tables).filter(({ sql }) => fires(sql, header))
      if (firing.length > 0) throw inTheWay(this.#context, firing)
      return work()
    }
    const { away, back } = standAside(objects, tables, dialect)
    for (const sql of away) await this.#session.execute(sql)
    await work()
    for (const sql of back) await this.#backAgain(sql)
  }

  /** A foreign key is looked at as a whole when it comes back. */
  async #backAgain(sql: string): Promise<void> {
    try {
      await this.#session.execute(sql)
    } catch (error) {
      if (!MigrateError.is(error) || error.details.engineCode !== '23503') throw error
      throw orphaned(this.#context.path, [error.message])
    }
  }

  async #rows(destinations: readonly (Destination | undefined)[]): Promise<void> {
    const { header, path } = this.#context
    const returning = await Promise.all(
      header.tables.map((table, index) => this.#returning(table, destinations[index])),
    )
    for await (const { table, values } of keptRows(path)) await returning[table]?.(values)
  }

  async #returning(table: KeptTable, destination: Destination | undefined): Promise<Returning> {
    const context = { session: this.#session, account: this.#account, dialect: this.#context.dialect }
    if (destination === undefined) {
      return async (values) =>
        this.#account.refused(table.name, 'the table is not there', keyOf(table, values))
    }
    return table.lost === 'table'
      ? returningRow({ ...context, table, destination })
      : returningValues({ ...context, table, destination })
  }

  async #orphans(names: ReadonlySet<string>): Promise<readonly string[]> {
    const problems = await this.#context.inspector.verify({ names, rows: 'keys' })
    return problems.flatMap(({ kind, object, message }) =>
      kind === 'foreign-key' ? [`${object}: ${message}`] : [],
    )
  }
}

/** Rows of a table that is there again are inserted, those of one that has columns again are changed. */
function fires(sql: string, { tables }: KeptHeader): boolean {
  const events = tables.map(({ lost }) => (lost === 'table' ? 'INSERT' : 'UPDATE'))
  return events.some((event) => new RegExp(`\\b(?:BEFORE|AFTER)\\s+${event}\\b`, 'i').test(sql))
}

/** A trigger that is dropped here would be gone for good if the return failed. */
function inTheWay({ header, path }: ReturnContext, triggers: readonly SchemaObject[]): MigrateError {
  const names = triggers.map(({ name, table }) => `${name} on ${table}`)
  return new MigrateError(
    'ROWS_NOT_RETURNED',
    `The rows of ${path} would run triggers again: ${names.join(', ')}; they cannot be put aside inside a transaction here`,
    {
      hint: 'Drop them, run the command again, and make them again as they are now: SHOW CREATE TRIGGER shows how',
      details: { migration: header.migration, file: path, triggers: triggers.map(({ name }) => name) },
    },
  )
}

function orphaned(path: string, problems: readonly string[]): MigrateError {
  return new MigrateError(
    'FOREIGN_KEYS_VIOLATED',
    `The rows of ${path} would have no parents: ${problems.join('; ')}`,
    { hint: 'Return the rows of the parents first; nothing was changed', details: { file: path } },
  )
}
