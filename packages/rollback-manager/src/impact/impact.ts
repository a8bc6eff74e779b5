import type { Direction } from '@whimbrel/core'

/** What a plan would take away, as data: derived by trying it out, counted in the live database. */
export interface Impact {
  /** Steps that take something away, in the order of the plan. */
  readonly steps: readonly StepImpact[]
}

/** What one step would take away. Names are those that the live database has now. */
export interface StepImpact {
  readonly id: string
  readonly direction: Direction
  readonly tables: readonly LostTable[]
  /** Columns of tables that stay. */
  readonly columns: readonly LostColumn[]
  readonly indexes: readonly LostObject[]
  readonly views: readonly LostObject[]
  readonly triggers: readonly LostObject[]
  /** It deletes or replaces rows, too: how many cannot be known before. */
  readonly deletesRows: boolean
  /** About how long others cannot write because of what goes, in milliseconds. */
  readonly lockMs: number
  /** Why part of it could not be tried out: what its DROP statements name counts as going. */
  readonly untried?: string
}

export interface LostTable {
  readonly name: string
  readonly rows: number
  /** With its indexes; absent where the engine cannot tell. */
  readonly bytes?: number
  /** Its columns, each with its values that are not NULL. */
  readonly columns: readonly { readonly name: string; readonly values: number }[]
  readonly dependents: readonly Dependent[]
}

export interface LostColumn {
  readonly table: string
  readonly name: string
  /** Rows of the table. */
  readonly rows: number
  /** Those of its values that are not NULL. */
  readonly values: number
  readonly dependents: readonly Dependent[]
}

/** An index, a view or a trigger. */
export interface LostObject {
  readonly name: string
  /** The table or view that it belongs to. */
  readonly table: string
}

/** What stays and mentions something that goes. */
export interface Dependent {
  readonly kind: 'view' | 'trigger' | 'foreign key'
  /** The view, the trigger, or the table that has the foreign key. */
  readonly name: string
}

/** Does a step take rows or values away, and not only what can be made again? */
export function losesData({ tables, columns }: Pick<StepImpact, 'tables' | 'columns'>): boolean {
  return tables.some(({ rows }) => rows > 0) || columns.some(({ values }) => values > 0)
}
