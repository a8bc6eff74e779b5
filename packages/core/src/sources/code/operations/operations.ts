import type {
  AddColumn,
  AlterColumn,
  CreateIndex,
  CreateTable,
  DropColumn,
  DropIndex,
  DropTable,
  ExecuteSql,
  IndexOptions,
  RenameColumn,
  RenameTable,
  TableOptions,
  TypeChange,
} from './operation.ts'

/** Creates a table; `columns` by name, in order. Its reverse drops it. */
export function createTable(
  table: string,
  columns: CreateTable['columns'],
  options: TableOptions = {},
): CreateTable {
  return { operation: 'createTable', table, columns, ...options }
}

/** Creates an index. Its reverse drops it. */
export function createIndex(index: string, options: IndexOptions): CreateIndex {
  return { operation: 'createIndex', index, ...options }
}

/** Adds a column to a table. Its reverse drops it. */
export function addColumn(table: string, column: string, definition: AddColumn['definition']): AddColumn {
  return { operation: 'addColumn', table, column, definition }
}

/** Gives a table another name. Its reverse gives the old one back. */
export function renameTable(table: string, to: string): RenameTable {
  return { operation: 'renameTable', table, to }
}

/** Gives a column another name. Its reverse gives the old one back. */
export function renameColumn(table: string, column: string, to: string): RenameColumn {
  return { operation: 'renameColumn', table, column, to }
}

/** Drops a table with its rows. It has no reverse. */
export function dropTable(table: string): DropTable {
  return { operation: 'dropTable', table }
}

/** Drops a column with its values. It has no reverse. */
export function dropColumn(table: string, column: string): DropColumn {
  return { operation: 'dropColumn', table, column }
}

/** Drops an index. It has no reverse. */
export function dropIndex(index: string): DropIndex {
  return { operation: 'dropIndex', index }
}

/**
 * Gives a column another type. On SQLite a new column with the values takes the place of the old one, at the end of
 * the table and without its constraints; a column that is a key or in an index is refused by the engine. It has no
 * reverse.
 */
export function alterColumn(table: string, column: string, change: TypeChange): AlterColumn {
  return { operation: 'alterColumn', table, column, ...change }
}

/** Runs SQL, one statement or several. It has no reverse. */
export function execute(sql: string): ExecuteSql {
  return { operation: 'execute', sql }
}
