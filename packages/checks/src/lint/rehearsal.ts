import {
  type Damage,
  type DatabaseSchema,
  type Dialect,
  MigrateError,
  type Migration,
  referenceTo,
  type SchemaObject,
  type Script,
  type Session,
  scriptFacts,
  shielded,
} from '@whimbrel/core'
import { isNamed } from '../cycle/is-named.ts'
import type { Copies } from './copies.ts'
import { copiesTable } from './copies-table.ts'
import { type LintStatement, lintStatements } from './lint-statement.ts'
import type { EngineRefusal, Rehearsed } from './rehearsed-migration.ts'
import { rewritesTable } from './rewrites-table.ts'
import { tableName } from './table-name.ts'

export interface RehearsalOptions {
  readonly copies: Copies
  readonly dialect: Dialect
  /** The schema that the copies begin with. */
  readonly schema: DatabaseSchema
}

/** What one pass over the statements of a migration left. */
interface Pass {
  readonly refusals: readonly EngineRefusal[]
  readonly damage: Damage
  readonly idle: ReadonlySet<LintStatement>
  readonly copying: ReadonlySet<LintStatement>
  /** The copy is no longer what the migration makes of it. */
  readonly astray: boolean
}

const noDamage: Damage = { violations: [], dangling: [], losses: [] }

/** Carries migrations out on copies, as a run would, and goes on behind a statement that the engine refuses. */
export class Rehearsal {
  readonly #copies: Copies
  readonly #dialect: Dialect
  #schema: DatabaseSchema

  constructor({ copies, dialect, schema }: RehearsalOptions) {
    this.#copies = copies
    this.#dialect = dialect
    this.#schema = schema
  }

  async run(migration: Migration, up: Script): Promise<Rehearsed> {
    const before = this.#schema
    const statements = lintStatements(up, this.#dialect)
    const facts = scriptFacts(up, this.#dialect)
    const context = { migration, facts, statements, before, copies: this.#copies, dialect: this.#dialect }
    const bare = await new RehearsalPass({ ...context, session: this.#copies.bare, skipped: new Set() }).run()
    const skipped = new Set(bare.refusals.map(({ statement }) => statement))
    const filled = await new RehearsalPass({ ...context, session: this.#copies.filled, skipped }).run()
    const after = await this.#schemaAfter(statements)
    if (filled.astray) await this.#copies.refill(after)
    else await this.#copies.fill(after, facts.names)
    return {
      migration,
      statements,
      before,
      after,
      refusals: [...bare.refusals, ...filled.refusals],
      idle: bare.idle,
      copying: bare.copying,
      damage: filled.damage,
    }
  }

  async #schemaAfter(statements: readonly LintStatement[]): Promise<DatabaseSchema> {
    if (statements.some(({ verb }) => schemaVerbs.has(verb)))
      this.#schema = (await this.#copies.bare.inspector?.schema()) ?? this.#schema
    return this.#schema
  }
}

const schemaVerbs = new Set(['CREATE', 'ALTER', 'DROP', 'PRAGMA', 'RENAME', 'CALL', 'DO'])

interface PassOptions {
  readonly session: Session
  readonly copies: Copies
  readonly dialect: Dialect
  readonly migration: Migration
  readonly facts: ReturnType<typeof scriptFacts>
  readonly statements: readonly LintStatement[]
  readonly before: DatabaseSchema
  /** Statements that fail on empty tables. */
  readonly skipped: ReadonlySet<LintStatement>
}

class RehearsalPass {
  readonly #options: PassOptions
  readonly #isFilled: boolean
  readonly #refusals: EngineRefusal[] = []
  readonly #idle = new Set<LintStatement>()
  readonly #copying = new Set<LintStatement>()
  #current: LintStatement | undefined
  #damage = noDamage
  #astray = false

  constructor(options: PassOptions) {
    this.#options = options
    this.#isFilled = options.session === options.copies.filled
  }

  async run(): Promise<Pass> {
    const { session, migration } = this.#options
    try {
      if (!migration.transactional) await this.#statements()
      else await session.transaction(() => this.#watched(), { foreignKeys: migration.foreignKeys })
    } catch (error) {
      this.#astray = true
      // A transaction that has ended too early is noticed by the statement behind the one that did it.
      if (MigrateError.is(error) && error.code === 'TRANSACTION_LOST' && this.#refusals.length > 0)
        return this.#left()
      // Otherwise it is what the engine says at the commit.
      this.#refuse(this.#current ?? this.#options.statements.at(-1), error)
    }
    return this.#left()
  }

  #left(): Pass {
    return {
      refusals: this.#refusals,
      damage: this.#damage,
      idle: this.#idle,
      copying: this.#copying,
      astray: this.#astray,
    }
  }

  async #watched(): Promise<void> {
    const { session, facts, migration } = this.#options
    const { foreignKeys, expectLoss } = migration
    const watch = this.#isFilled
      ? await session.inspector?.watch(facts, { foreignKeys, expectLoss })
      : undefined
    await this.#statements()
    const damage = await watch?.finish()
    // Rows that were taken away to get on are nobody's loss, and half a script breaks what the whole would not.
    const isWhole = this.#refusals.length + this.#options.skipped.size === 0
    if (damage !== undefined && isWhole) this.#damage = damage
  }

  async #statements(): Promise<void> {
    const { statements, skipped } = this.#options
    for (const statement of statements) {
      // It may write files.
      if (skipped.has(statement) || statement.verb === 'VACUUM') continue
      this.#current = statement
      await this.#statement(statement)
    }
    this.#current = undefined
  }

  async #statement(statement: LintStatement): Promise<void> {
    try {
      const before = isLenient(statement) ? await this.#schemaVersion() : undefined
      await this.#execute(statement)
      if (before !== undefined && before === (await this.#schemaVersion())) this.#idle.add(statement)
    } catch (error) {
      if (MigrateError.is(error) && error.code === 'TRANSACTION_LOST') throw error
      // What fails behind a statement that could not be made up for only follows from it.
      if (this.#astray) return
      this.#refuse(statement, error)
      if (this.#isFilled) await this.#goOn(statement)
    }
  }

  async #execute(statement: LintStatement): Promise<void> {
    const { session, dialect } = this.#options
    if (dialect.name === 'sqlite' || this.#isFilled || !altersTable(statement)) {
      await this.#shielded(() => session.execute(statement.sql))
      return
    }
    const isCopied = dialect.name === 'mysql' ? copiesTable : rewritesTable
    if (await this.#shielded(() => isCopied(session, statement))) this.#copying.add(statement)
  }

  /** A statement outside of a transaction may have to be there. */
  #shielded<T>(work: () => Promise<T>): Promise<T> {
    const { session, dialect, migration } = this.#options
    return migration.transactional ? shielded(session, dialect, work) : work()
  }

  /** Another one where the schema is another one. */
  async #schemaVersion(): Promise<unknown> {
    const { session, dialect } = this.#options
    if (dialect.name !== 'sqlite') return session.inspector?.schema()
    const [row] = await session.query<{ schema_version: number }>('PRAGMA main.schema_version')
    return row?.schema_version
  }

  #refuse(statement: LintStatement | undefined, error: unknown): void {
    if (!MigrateError.is(error)) throw error
    const said = this.#refusals.some((refusal) => refusal.statement === statement)
    if (statement === undefined || said) return
    const { engineCode } = error.details
    this.#refusals.push({ statement, message: error.message, engineCode, becauseOfRows: this.#isFilled })
  }

  /** Empties what the statement works on, runs it, and puts other rows there, for the statements that follow. */
  async #goOn({ sql, tokens }: LintStatement): Promise<void> {
    const { session, copies, before, dialect } = this.#options
    const names = new Set(tokens.map(({ value }) => value.toLowerCase()))
    const tables = before.objects.filter(
      (object) => object.kind === 'table' && object.storage === 'ordinary' && isNamed(object, names),
    )
    try {
      for (const table of tables) await this.#shielded(() => session.execute(emptying(table, dialect)))
      await this.#shielded(() => session.execute(sql))
      const schema = await session.inspector?.schema()
      if (schema === undefined) return
      await copies.fill(schema, new Set(tables.map(({ name }) => name.toLowerCase())))
    } catch (error) {
      if (!MigrateError.is(error) || error.code === 'TRANSACTION_LOST') throw error
      this.#astray = true
    }
  }
}

function emptying(table: SchemaObject, dialect: Dialect): string {
  if (dialect.name === 'postgres') return `TRUNCATE ${referenceTo(table, dialect)} CASCADE`
  return `DELETE FROM ${tableName(table.name, dialect)}`
}

function isLenient({ action }: LintStatement): boolean {
  return (action.does === 'create' || action.does === 'drop') && action.lenient
}

function altersTable({ verb, action }: LintStatement): boolean {
  return verb === 'ALTER' && ['add-column', 'drop-column', 'alter'].includes(action.does)
}
