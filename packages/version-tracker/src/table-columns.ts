import type { ColumnType, TableDialect } from './table-dialect.ts'

/** One column as this package defines it. */
export interface ColumnDefinition {
  readonly name: string
  readonly type: ColumnType
  /** What stands behind the type; must be allowed in `ALTER TABLE … ADD COLUMN`, except in the first columns. */
  readonly rule: string
}

/** Definition of the tables, by what they hold. */
export interface TableColumns {
  readonly records: readonly ColumnDefinition[]
  readonly history: readonly ColumnDefinition[]
  readonly stamp: readonly ColumnDefinition[]
}

function column(name: string, type: ColumnType, rule = ''): ColumnDefinition {
  return { name, type, rule }
}

/** The columns that users of such tables expect, and that a plain table of another program may have. */
export const plainColumns = ['version', 'name', 'applied_at', 'checksum', 'execution_time_ms'] as const

/**
 * The columns of the tables, in order. The SQL stands last: SQLite then never follows its overflow pages when
 * the columns before it are read.
 */
export const tableColumns: TableColumns = {
  records: [
    column('version', 'version-key'),
    column('name', 'text', 'NOT NULL'),
    column('applied_at', 'text', 'NOT NULL'),
    column('checksum', 'text', 'NOT NULL'),
    column('execution_time_ms', 'number', 'NOT NULL'),
    column('id', 'text', "NOT NULL DEFAULT ''"),
    column('sequence', 'integer'),
    column('down_checksum', 'text'),
    column('fingerprint', 'text'),
    column('state', 'text', "NOT NULL DEFAULT 'applied' CHECK (state IN ('applied', 'in-doubt'))"),
    column('direction', 'text', "NOT NULL DEFAULT 'up' CHECK (direction IN ('up', 'down'))"),
    column('progress', 'integer'),
    column('run_id', 'text', "NOT NULL DEFAULT ''"),
    column('applied_by', 'text', "NOT NULL DEFAULT ''"),
    column('tool_version', 'text', "NOT NULL DEFAULT ''"),
    column('metadata', 'text'),
    column('trace', 'text'),
    column('up_sql', 'text'),
    column('down_sql', 'text'),
  ],
  history: [
    column('sequence', 'history-key'),
    column('version', 'integer', 'NOT NULL'),
    column('id', 'text', 'NOT NULL'),
    column('action', 'text', 'NOT NULL'),
    column('outcome', 'text', 'NOT NULL'),
    column('started_at', 'text', "NOT NULL DEFAULT ''"),
    column('execution_time_ms', 'number', 'NOT NULL DEFAULT 0'),
    column('checksum', 'text'),
    column('previous_checksum', 'text'),
    column('reason', 'text'),
    column('run_id', 'text', "NOT NULL DEFAULT ''"),
    column('applied_by', 'text', "NOT NULL DEFAULT ''"),
    column('tool_version', 'text', "NOT NULL DEFAULT ''"),
    column('backup', 'text'),
  ],
  stamp: [
    column('id', 'version-key', 'CHECK (id = 1)'),
    column('instance_id', 'text', "NOT NULL DEFAULT ''"),
    column('environment', 'text'),
    column('protected', 'integer', 'NOT NULL DEFAULT 0'),
    column('place', 'text'),
    column('stamped_at', 'text', "NOT NULL DEFAULT ''"),
    column('stamped_by', 'text', "NOT NULL DEFAULT ''"),
  ],
}

/** One column as `CREATE TABLE` and `ADD COLUMN` want it. */
export function columnSql({ name, type, rule }: ColumnDefinition, dialect: TableDialect): string {
  return `${name} ${dialect.types[type]} ${dialect.rule?.(rule) ?? rule}`.trimEnd()
}
