import type { TableDialect } from './table-dialect.ts'

/** The server refuses longer names. */
const LONGEST_NAME = 64
const LONGEST_ENDING = '_history'.length

const partOf = "CASE table_name WHEN ? THEN 'records' WHEN ? THEN 'history' ELSE 'stamp' END"
const isOurs = 'table_schema = database() AND table_name IN (?, ?, ?)'

const mysql: TableDialect = {
  name: 'mysql',
  types: {
    'version-key': 'bigint PRIMARY KEY',
    'history-key': 'bigint AUTO_INCREMENT PRIMARY KEY',
    // Whatever the database is set to, ids that differ are different.
    text: 'longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
    integer: 'bigint',
    number: 'double',
  },
  // MySQL takes a default of a long text only in parentheses.
  rule: (rule) => rule.replace(/DEFAULT ('[^']*')/, 'DEFAULT ($1)'),
  tableEnding: ' ENGINE = InnoDB',
  parameters: (sql) => sql,
  table: (name) => `\`${name.replaceAll('`', '``')}\``,
  text: (expression) => `coalesce(CAST(${expression} AS char), '')`,
  joined: (parts) => `concat(${parts.join(', ')})`,
  same: (left, right) => `${left} <=> ${right}`,
  writing: 'counted',
  // A hexadecimal literal would make bytes of the text.
  packed: (fields) => `group_concat(concat_ws('\u001f', ${fields.join(', ')}) SEPARATOR '\u001f')`,
  // The server opens only what is named by constants: a condition on another column would open every table there is.
  lookSql:
    `SELECT ${partOf} AS part, ` +
    "CASE table_type WHEN 'BASE TABLE' THEN 'table' ELSE lower(table_type) END AS kind, '[]' AS columns " +
    `FROM information_schema.tables WHERE ${isOurs}`,
  columnsSql:
    `SELECT ${partOf} AS part, column_name AS name, column_type AS type, column_key = 'PRI' AS position ` +
    `FROM information_schema.columns WHERE ${isOurs}`,
  refusal: (name) => {
    if (name.endsWith(' ')) return 'MySQL and MariaDB have no names with a space at their end'
    return name.length + LONGEST_ENDING > LONGEST_NAME
      ? `MySQL and MariaDB allow ${LONGEST_NAME} characters, of which "_history" needs ${LONGEST_ENDING}`
      : undefined
  },
}

/** The tables in the database of a session of MySQL or MariaDB. */
export function mysqlTables(): TableDialect {
  return mysql
}
