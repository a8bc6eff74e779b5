import type { Connection } from '../connection.ts'
import type { StandaloneTarget } from './standalone-target.ts'

/** An index that a statement may be about. */
export interface IndexState {
  readonly oid: string
  /** What a statement calls it. */
  readonly sql: string
  readonly isValid: boolean
  /** It is the one that the statement names. */
  readonly isNamed: boolean
}

type IndexTarget = Exclude<StandaloneTarget, { readonly kind: 'detach' | 'shared' | 'other' }>

interface IndexRow {
  readonly oid: string
  readonly sql: string
  readonly valid: number
  readonly named: number
}

/** The indexes that a statement can make, take away or leave half done. */
export async function readIndexes(
  connection: Connection,
  target: IndexTarget,
): Promise<readonly IndexState[]> {
  const { where, params } = conditionOf(target)
  const sql = `SELECT i.indexrelid::text AS oid, format('%I.%I', n.nspname, c.relname) AS sql, i.indisvalid AS valid,
      ${namedSql(target)} AS named
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE ${where} ORDER BY i.indexrelid`
  const rows = await connection.run<IndexRow>(sql, params)
  return rows.map(({ oid, sql: name, valid, named }) => ({
    oid,
    sql: name,
    isValid: valid !== 0,
    isNamed: named !== 0,
  }))
}

function conditionOf(target: IndexTarget): { readonly where: string; readonly params: readonly string[] } {
  switch (target.kind) {
    case 'create-index':
      return target.index === undefined
        ? { where: 'i.indrelid = to_regclass($1)', params: [target.table] }
        : { where: 'i.indrelid = to_regclass($1) AND c.relname = $2', params: [target.table, target.index] }
    case 'drop-index':
      return { where: 'i.indexrelid = to_regclass($1)', params: [target.index] }
    case 'reindex-index':
      return {
        where:
          'i.indrelid = (SELECT own.indrelid FROM pg_index AS own WHERE own.indexrelid = to_regclass($1))',
        params: [target.index],
      }
    case 'reindex-table':
      return { where: 'i.indrelid = to_regclass($1)', params: [target.table] }
  }
}

function namedSql(target: IndexTarget): string {
  return target.kind === 'reindex-index' ? 'i.indexrelid = to_regclass($1)' : 'true'
}

/** The state as a trace: numbers of the indexes, those that are not valid with a mark. */
export function traceOf(indexes: readonly IndexState[]): string {
  return indexes.length === 0 ? '-' : indexes.map(({ oid, isValid }) => (isValid ? oid : `${oid}!`)).join(',')
}

/** The numbers of the indexes that a trace tells of. */
export function tracedOids(trace: string): ReadonlySet<string> {
  return new Set(trace === '-' ? [] : trace.split(',').map((each) => each.replace('!', '')))
}
