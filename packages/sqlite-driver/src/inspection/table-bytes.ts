import type { Connection } from '../connection.ts'

// The tables behind a virtual table belong to it; without them it would take nothing.
const bytesSql = `WITH t(name) AS (SELECT lower(?)), l AS MATERIALIZED (
    SELECT lower(pragma_table_list.name) AS name FROM pragma_table_list, t
    WHERE schema = 'main' AND type = 'shadow'
      AND substr(lower(pragma_table_list.name), 1, length(t.name) + 1) = t.name || '_')
  SELECT coalesce(sum(pgsize), 0) FROM dbstat('main', 1) WHERE name IN (
    SELECT name FROM main.sqlite_schema WHERE rootpage > 0
      AND lower(tbl_name) IN (SELECT name FROM t UNION ALL SELECT name FROM l))`

/** Bytes of the pages of a table and its indexes. */
export function tableBytes(connection: Connection, table: string): number {
  return Number(connection.value(bytesSql, [table]))
}
