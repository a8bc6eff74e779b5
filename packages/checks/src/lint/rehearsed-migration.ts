import type { Damage, DatabaseSchema, Migration, SchemaObject } from '@whimbrel/core'
import type { LintStatement } from './lint-statement.ts'

/** A statement that the engine did not carry out on the copy. */
export interface EngineRefusal {
  readonly statement: LintStatement
  /** The engine's own words. */
  readonly message: string
  /** True where it is carried out on empty tables: the rows are the reason. */
  readonly becauseOfRows: boolean
  /** Its number or name for the error, where it has one. */
  readonly engineCode?: unknown
}

/** What came of one migration on the copy. */
export interface RehearsedMigration {
  readonly migration: Migration
  readonly statements: readonly LintStatement[]
  readonly before: DatabaseSchema
  readonly after: DatabaseSchema
  readonly refusals: readonly EngineRefusal[]
  /** Statements that changed neither schema nor rows although they could have. */
  readonly idle: ReadonlySet<LintStatement>
  /** Statements that write every row of a table anew, where the engine says so. */
  readonly copying: ReadonlySet<LintStatement>
  /** What it broke without saying so. */
  readonly damage: Damage
  /** Rows of the tables it works on as they are in the real database, by lower-case name; empty where there is none. */
  readonly liveRows: ReadonlyMap<string, number>
  /** For refused statements that make a rule: whether rows of the real database break it, where that can be asked. */
  readonly liveAnswers: ReadonlyMap<LintStatement, boolean>
}

/** What a rehearsal alone can tell: nothing of the real rows. */
export type Rehearsed = Omit<RehearsedMigration, 'liveRows' | 'liveAnswers'>

/** An object of a schema by kind and name, in any case. */
export function objectOf(
  { objects }: DatabaseSchema,
  kind: SchemaObject['kind'],
  name: string,
): SchemaObject | undefined {
  const wanted = name.toLowerCase()
  return objects.find((object) => object.kind === kind && object.name.toLowerCase() === wanted)
}

/** True for two names that the engine takes for one. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** A table that is there before and after, and was dropped in between: the new one came under another name. */
export interface RebuiltTable {
  readonly table: SchemaObject
  /** The statement that drops the old one. */
  readonly statement: LintStatement
}

export function rebuiltTables({ statements, before, after }: RehearsedMigration): readonly RebuiltTable[] {
  return statements.flatMap((statement, index) => {
    const { action } = statement
    if (action.does !== 'drop' || action.kind !== 'table') return []
    const table = objectOf(before, 'table', originalName(action.name, statements.slice(0, index)))
    return table !== undefined && objectOf(after, 'table', table.name) !== undefined
      ? [{ table, statement }]
      : []
  })
}

/** The name that a table had before these statements renamed it. */
export function originalName(name: string, statements: readonly LintStatement[]): string {
  const renamed = statements.findLast(
    ({ action }) => action.does === 'rename-table' && sameName(action.to, name),
  )
  return renamed?.action.does === 'rename-table' ? renamed.action.table : name
}
