/** A value that a column gets where none is given: a literal, or an SQL expression. */
export type DefaultValue = string | number | bigint | boolean | null | { readonly sql: string }

/** What happens to the rows of a child when their parent goes or its key changes. */
export type KeyAction = 'cascade' | 'restrict' | 'set null' | 'set default' | 'no action'

/** A column of another table. */
export interface ColumnReference {
  readonly table: string
  /** Default: the primary key of that table. */
  readonly column?: string
  readonly onDelete?: KeyAction
  readonly onUpdate?: KeyAction
}

/** A column in parts. Where a text is given instead, it is the SQL behind the name: `INTEGER NOT NULL`. */
export interface ColumnDefinition {
  /** As the engine writes it: `TEXT`, `VARCHAR(20)`. */
  readonly type: string
  readonly primaryKey?: boolean
  readonly notNull?: boolean
  readonly unique?: boolean
  readonly default?: DefaultValue
  readonly references?: ColumnReference
  /** An SQL expression that must not be false. */
  readonly check?: string
  readonly collate?: string
}

/** A column that is added to a table that may have rows: no key, and not unique. */
export type AddedColumnDefinition = Omit<ColumnDefinition, 'primaryKey' | 'unique'>

/** A foreign key over several columns. */
export interface ForeignKeyDefinition {
  readonly columns: readonly string[]
  readonly references: string
  /** Default: the primary key of that table. */
  readonly referencedColumns?: readonly string[]
  readonly onDelete?: KeyAction
  readonly onUpdate?: KeyAction
}

/** What a table has beside its columns. */
export interface TableOptions {
  readonly primaryKey?: readonly string[]
  /** Groups of columns whose values together occur once. */
  readonly unique?: readonly (readonly string[])[]
  readonly foreignKeys?: readonly ForeignKeyDefinition[]
  /** SQL expressions that must not be false. */
  readonly checks?: readonly string[]
  /** SQLite only. */
  readonly strict?: boolean
  /** SQLite only. */
  readonly withoutRowid?: boolean
}

export interface IndexOptions {
  /** The table. */
  readonly on: string
  /** Names of columns, or expressions: `{ sql: 'lower(name)' }`. */
  readonly columns: readonly (string | { readonly sql: string })[]
  readonly unique?: boolean
  /** An SQL expression: only rows for which it is true are in the index. */
  readonly where?: string
}

export interface TypeChange {
  readonly type: string
  /** An SQL expression for the new value; default: the old one, cast. */
  readonly using?: string
}

export interface CreateTable extends TableOptions {
  readonly operation: 'createTable'
  readonly table: string
  /** In order. */
  readonly columns: Readonly<Record<string, ColumnDefinition | string>>
}

export interface CreateIndex extends IndexOptions {
  readonly operation: 'createIndex'
  readonly index: string
}

export interface AddColumn {
  readonly operation: 'addColumn'
  readonly table: string
  readonly column: string
  readonly definition: AddedColumnDefinition | string
}

export interface RenameTable {
  readonly operation: 'renameTable'
  readonly table: string
  readonly to: string
}

export interface RenameColumn {
  readonly operation: 'renameColumn'
  readonly table: string
  readonly column: string
  readonly to: string
}

export interface DropTable {
  readonly operation: 'dropTable'
  readonly table: string
}

export interface DropColumn {
  readonly operation: 'dropColumn'
  readonly table: string
  readonly column: string
}

export interface DropIndex {
  readonly operation: 'dropIndex'
  readonly index: string
}

export interface AlterColumn extends TypeChange {
  readonly operation: 'alterColumn'
  readonly table: string
  readonly column: string
}

export interface ExecuteSql {
  readonly operation: 'execute'
  readonly sql: string
}

/** What can be taken back by what it says itself. */
export type ReversibleOperation = CreateTable | CreateIndex | AddColumn | RenameTable | RenameColumn

/** What takes something away, or may: to take it back, one has to know what was there. */
export type IrreversibleOperation = DropTable | DropColumn | DropIndex | AlterColumn | ExecuteSql

/** One change of a schema as data; it is written as SQL when its migration is read. */
export type Operation = ReversibleOperation | IrreversibleOperation
