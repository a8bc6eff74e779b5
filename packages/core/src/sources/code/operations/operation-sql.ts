import type { Dialect } from '../../../model/dialect.ts'
import { ColumnSql } from './column-sql.ts'
import type { AlterColumn, CreateIndex, CreateTable, Operation } from './operation.ts'

/**
 * Operations as the SQL of a migration. What is written here is what checksums are made of: the same operation has to
 * give the same tokens for ever.
 */
export function operationsSql(operations: readonly Operation[], dialect: Dialect): string {
  const writer = new OperationSql(dialect)
  return operations.map((operation) => ended(writer.write(operation))).join('')
}

/** SQL that was given may end in a comment, which would take the semicolon with it. */
function ended(sql: string): string {
  return sql.includes('--') ? `${sql}\n;\n` : `${sql};\n`
}

class OperationSql {
  readonly #dialect: Dialect
  readonly #columns: ColumnSql

  constructor(dialect: Dialect) {
    this.#dialect = dialect
    this.#columns = new ColumnSql(dialect)
  }

  write(operation: Operation): string {
    const { name } = this.#columns
    switch (operation.operation) {
      case 'createTable':
        return this.#createTable(operation)
      case 'createIndex':
        return this.#createIndex(operation)
      case 'addColumn': {
        const column = this.#columns.definition(operation.column, operation.definition)
        return `ALTER TABLE ${name(operation.table)} ADD COLUMN ${column}`
      }
      case 'renameTable':
        return `ALTER TABLE ${name(operation.table)} RENAME TO ${name(operation.to)}`
      case 'renameColumn':
        return `ALTER TABLE ${name(operation.table)} RENAME COLUMN ${name(operation.column)} TO ${name(operation.to)}`
      case 'dropTable':
        return `DROP TABLE ${name(operation.table)}`
      case 'dropColumn':
        return `ALTER TABLE ${name(operation.table)} DROP COLUMN ${name(operation.column)}`
      case 'dropIndex':
        return `DROP INDEX ${name(operation.index)}`
      case 'alterColumn':
        return this.#alterColumn(operation)
      case 'execute':
        return operation.sql
    }
  }

  #createTable(table: CreateTable): string {
    const { name, names, references } = this.#columns
    const parts = Object.entries(table.columns).map(([column, definition]) =>
      this.#columns.definition(column, definition),
    )
    if (table.primaryKey !== undefined) parts.push(`PRIMARY KEY ${names(table.primaryKey)}`)
    for (const columns of table.unique ?? []) parts.push(`UNIQUE ${names(columns)}`)
    for (const { columns, references: parent, referencedColumns = [], ...actions } of table.foreignKeys ??
      []) {
      const key = references({ table: parent, columns: referencedColumns, ...actions })
      parts.push(`FOREIGN KEY ${names(columns)} ${key}`)
    }
    for (const check of table.checks ?? []) parts.push(`CHECK (${check})`)
    const options = [table.strict ? 'STRICT' : [], table.withoutRowid ? 'WITHOUT ROWID' : []].flat()
    const end = options.length === 0 ? '' : ` ${options.join(', ')}`
    return `CREATE TABLE ${name(table.table)} (\n  ${parts.join(',\n  ')}\n)${end}`
  }

  #createIndex({ index, on, columns, unique, where }: CreateIndex): string {
    const { name } = this.#columns
    const terms = columns.map((column) => (typeof column === 'string' ? name(column) : column.sql))
    const kind = unique ? 'UNIQUE INDEX' : 'INDEX'
    const only = where === undefined ? '' : ` WHERE ${where}`
    return `CREATE ${kind} ${name(index)} ON ${name(on)} (${terms.join(', ')})${only}`
  }

  #alterColumn({ table, column, type, using }: AlterColumn): string {
    const { name } = this.#columns
    const alter = `ALTER TABLE ${name(table)}`
    const value = using ?? `CAST(${name(column)} AS ${type})`
    if (this.#dialect.castsColumns) return `${alter} ALTER COLUMN ${name(column)} TYPE ${type} USING ${value}`
    const added = name(`${column}_whimbrel_new`)
    return [
      `${alter} ADD COLUMN ${added} ${type}`,
      `UPDATE ${name(table)} SET ${added} = ${value}`,
      `${alter} DROP COLUMN ${name(column)}`,
      `${alter} RENAME COLUMN ${added} TO ${name(column)}`,
    ].join(';\n')
  }
}
