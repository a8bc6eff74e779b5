import type { SchemaObject } from './database-schema.ts'

/** One difference between two schemas. */
export interface SchemaChange {
  readonly change: 'added' | 'removed' | 'changed'
  /** `constraint` is one of a table; one in the definition of a column counts as a change of that column. */
  readonly kind: SchemaObject['kind'] | 'column' | 'constraint'
  /** Its name; of a constraint without one, its text. */
  readonly name: string
  /** The table or view that it belongs to; its own name for tables and views. */
  readonly table: string
  /**
   * How it is defined: absent where it is not there. Of a table that is on both sides, what about it differs:
   * `columns (b, a)`, `options STRICT`.
   */
  readonly before?: string
  readonly after?: string
}

/** The change that leads from one side to the other. */
export function sides(
  before: string | undefined,
  after: string | undefined,
): Pick<SchemaChange, 'change' | 'before' | 'after'> {
  if (before === undefined) return { change: 'added', after: after ?? '' }
  return after === undefined ? { change: 'removed', before } : { change: 'changed', before, after }
}
