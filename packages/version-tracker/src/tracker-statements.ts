import type { SqlValue } from '@whimbrel/core'
import type { TrackingTables } from './look.ts'
import { tableColumns } from './table-columns.ts'
import type { ColumnType, TableDialect } from './table-dialect.ts'

/** What a tracker reads of a record, in this order; never its SQL. */
export const recordFields = [
  'version',
  'name',
  'applied_at',
  'checksum',
  'execution_time_ms',
  'id',
  'sequence',
  'down_checksum',
  'fingerprint',
  'doubt',
  'run_id',
  'applied_by',
  'tool_version',
  'metadata',
] as const

/** SQL of one set of tables. The texts never change, so that a driver compiles each of them once. */
export interface TrackerStatements {
  readonly upsertRecord: string
  /** The two parts of `upsertRecord` for an engine that counts what it writes; the version comes last in both. */
  readonly overwriteRecord: string
  readonly insertRecord: string
  /**
   * Records and history of migrations that were applied, in one statement; undefined where the engine has none for it.
   * Its parameter is an array of `FinishedRow`s; returns the versions that were written.
   */
  readonly finishUps: string | undefined
  readonly deleteRecord: string
  readonly deleteDoubt: string
  readonly doubtDown: string
  readonly setProgress: string
  readonly endDoubt: string
  readonly setChecksum: string
  readonly adoptRecord: string
  readonly numberRecord: string
  readonly kept: string
  readonly insertHistory: string
  /** The one row, whether it is there or not. */
  readonly writeStamp: string
  /** `columns` are those the table has; what is missing reads as null. */
  readonly selectStamp: (columns: ReadonlySet<string>) => string
  /** Also takes the key: for rows that existed before the history did. */
  readonly insertHistoryAt: string
  readonly countHistory: string
  /** Newest first; `columns` are those the table has, what is missing reads as null. Its parameter is a limit. */
  readonly selectHistory: (columns: ReadonlySet<string>) => string
  /** `columns` are those the table has; what is missing reads as empty. One row: `count` and `packed`. */
  readonly selectPacked: (columns: ReadonlySet<string>) => string
  /** The same, a row for each record. */
  readonly selectRecords: (columns: ReadonlySet<string>) => string
}

const recordNames = tableColumns.records.map(({ name }) => name)
const historyNames = tableColumns.history.map(({ name }) => name)
const stampNames = tableColumns.stamp.map(({ name }) => name)

/** Builds the SQL for a set of tables. */
export function trackerStatements({ dialect, ...names }: TrackingTables): TrackerStatements {
  const records = dialect.table(names.records)
  const history = dialect.table(names.history)
  const stamp = dialect.table(names.stamp)
  const { parameters: withParameters } = dialect
  const returning = (name: string) => (dialect.writing === 'returned' ? ` RETURNING ${name}` : '')
  const update = (names: readonly string[]) => updateSql(records, names) + returning('version')
  const insert = (names: readonly string[]) => insertSql(history, names) + returning('sequence')
  return {
    upsertRecord: withParameters(upsert(records, dialect)),
    overwriteRecord: withParameters(
      `${lastKey(updateSql(records, recordNames.slice(1)))} AND state = 'in-doubt' AND direction = 'up'`,
    ),
    insertRecord: withParameters(insertWhereNone(records)),
    finishUps: dialect.rows && withParameters(finishUps({ records, history, dialect })),
    deleteRecord: withParameters(`DELETE FROM ${records} WHERE version = ?${returning('version')}`),
    deleteDoubt: withParameters(
      `DELETE FROM ${records} WHERE version = ? AND state = 'in-doubt'${returning('version')}`,
    ),
    // Where the down was edited, the bytes that were applied are no longer what is kept.
    doubtDown: withParameters(
      `UPDATE ${records} SET state = 'in-doubt', direction = 'down', progress = 0, trace = ?, down_sql = ?, ` +
        `fingerprint = CASE WHEN ${dialect.same('down_checksum', '?')} THEN fingerprint END, down_checksum = ? ` +
        `WHERE version = ?${returning('version')}`,
    ),
    setProgress: withParameters(
      `UPDATE ${records} SET progress = ?, trace = ? WHERE version = ? AND state = 'in-doubt'${returning('version')}`,
    ),
    endDoubt: withParameters(
      `UPDATE ${records} SET state = 'applied', direction = 'up', progress = NULL, trace = NULL WHERE version = ?${returning('version')}`,
    ),
    setChecksum: withParameters(
      update(['name', 'id', 'checksum', 'down_checksum', 'fingerprint', 'metadata', 'up_sql', 'down_sql']),
    ),
    adoptRecord: withParameters(
      update(['name', 'id', 'sequence', 'applied_at', 'down_checksum', 'metadata']),
    ),
    numberRecord: withParameters(update(['id', 'sequence'])),
    kept: withParameters(`SELECT up_sql AS up, down_sql AS down FROM ${records} WHERE version = ?`),
    insertHistory: withParameters(insert(historyNames.slice(1))),
    insertHistoryAt: withParameters(insert(historyNames)),
    writeStamp: withParameters(replaceRow(stamp, dialect)),
    selectStamp: (columns) => {
      const fields = stampNames.map((name) => (columns.has(name) ? name : `NULL AS ${name}`))
      return `SELECT ${fields.join(', ')} FROM ${stamp} WHERE id = 1`
    },
    // A failed attempt left nothing behind.
    countHistory: `SELECT count(*) AS count FROM ${history} WHERE outcome <> 'failed'`,
    selectHistory: (columns) => {
      const fields = historyNames.map((name) => (columns.has(name) ? name : `NULL AS ${name}`))
      return withParameters(`SELECT ${fields.join(', ')} FROM ${history} ORDER BY sequence DESC LIMIT ?`)
    },
    selectPacked: (columns) => {
      const fields = recordFields.map((field) => expression(field, { columns, dialect }))
      return `SELECT count(*) AS count, ${dialect.packed(fields)} AS packed FROM ${records}`
    },
    selectRecords: (columns) => {
      const fields = recordFields.map((field) => `${expression(field, { columns, dialect })} AS ${field}`)
      return `SELECT ${fields.join(', ')} FROM ${records}`
    },
  }
}

function insertSql(table: string, names: readonly string[]): string {
  const places = names.map(() => '?').join(', ')
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})`
}

function updateSql(table: string, names: readonly string[]): string {
  return `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE version = ?`
}

/** The key of the history that was given, or the one that the engine gave last. */
const givenKey = 'coalesce(?, last_insert_id())'

function lastKey(update: string): string {
  return update.replace('sequence = ?', `sequence = ${givenKey}`)
}

function insertWhereNone(records: string): string {
  const places = recordNames.map((name) => (name === 'sequence' ? givenKey : '?')).join(', ')
  const none = `NOT EXISTS (SELECT 1 FROM ${records} WHERE version = ?)`
  return `INSERT INTO ${records} (${recordNames.join(', ')}) SELECT ${places} FROM DUAL WHERE ${none}`
}

/** Writes the one row of the stamp over the one before. */
function replaceRow(stamp: string, { writing }: TableDialect): string {
  const [, ...others] = stampNames
  const isCounted = writing === 'counted'
  const changes = others
    .map((name) => `${name} = ${isCounted ? `VALUES(${name})` : `excluded.${name}`}`)
    .join(', ')
  return (
    `INSERT INTO ${stamp} (${stampNames.join(', ')}) VALUES (1, ${others.map(() => '?').join(', ')}) ` +
    `ON ${isCounted ? 'DUPLICATE KEY UPDATE' : 'CONFLICT (id) DO UPDATE SET'} ${changes}`
  )
}

/** Takes the place of a record that is in doubt, and of no other. */
function upsert(records: string, { place }: TableDialect): string {
  const [, ...others] = recordNames
  const places = tableColumns.records.map(({ type }) => place?.(type) ?? '?').join(', ')
  const changes = others.map((name) => `${name} = excluded.${name}`).join(', ')
  return (
    `INSERT INTO ${records} AS record (${recordNames.join(', ')}) VALUES (${places}) ` +
    `ON CONFLICT (version) DO UPDATE SET ${changes} ` +
    `WHERE record.state = 'in-doubt' AND record.direction = 'up' RETURNING sequence`
  )
}

/** What `finishUps` takes of one migration. */
export type FinishedRow = Readonly<Record<string, SqlValue>>

/** Columns of the history that the record does not have. */
const notedOnly = ['action', 'outcome', 'started_at', 'backup']

interface BothTables {
  readonly records: string
  readonly history: string
  readonly dialect: TableDialect
}

/** The history gives the keys, in the order of the rows; what it does not take gets no record. */
function finishUps({ records, history, dialect }: BothTables): string {
  const types = new Map(
    [...tableColumns.history, ...tableColumns.records].map(({ name, type }) => [name, type]),
  )
  const taken = [...recordNames.filter((name) => name !== 'sequence'), ...notedOnly]
  const columns = taken.map((name) => `${name} ${plainType(dialect, types.get(name))}`)
  const noted = historyNames.slice(1).filter((name) => taken.includes(name))
  const [, ...others] = recordNames
  const changes = others.map((name) => `${name} = excluded.${name}`).join(', ')
  // Another program may have made the column, as an instant.
  const time = `(json_populate_record(NULL::${records}, json_build_object('applied_at', done.applied_at))).applied_at`
  return (
    `WITH done AS (SELECT * FROM ${dialect.rows?.(['place integer', ...columns])}), ` +
    `noted AS (INSERT INTO ${history} (${noted.join(', ')}) SELECT ${noted.join(', ')} FROM done ORDER BY place ` +
    `RETURNING sequence, version) ` +
    `INSERT INTO ${records} AS record (${recordNames.join(', ')}) ` +
    `SELECT ${recordNames.map((name) => (name === 'applied_at' ? time : `${name === 'sequence' ? 'noted' : 'done'}.${name}`)).join(', ')} ` +
    `FROM done JOIN noted ON noted.version = done.version ORDER BY done.place ` +
    `ON CONFLICT (version) DO UPDATE SET ${changes} ` +
    `WHERE record.state = 'in-doubt' AND record.direction = 'up' RETURNING version`
  )
}

/** The type of a column without what makes it a key. */
function plainType({ types }: TableDialect, type: ColumnType = 'text'): string {
  return type === 'version-key' || type === 'history-key' ? types.integer : types[type]
}

interface FieldContext {
  readonly columns: ReadonlySet<string>
  readonly dialect: TableDialect
}

function expression(field: (typeof recordFields)[number], { columns, dialect }: FieldContext): string {
  if (field === 'doubt') return doubt(columns, dialect)
  if (!columns.has(field)) return "''"
  return neverNull.has(field) ? field : dialect.text(field)
}

/** Columns of ours that say NOT NULL; the first five may have been made by another program. */
const neverNull: ReadonlySet<string> = new Set(['version', 'id', 'run_id', 'applied_by', 'tool_version'])

/** Empty for nearly every record: direction, progress and trace of what is in doubt. */
function doubt(columns: ReadonlySet<string>, dialect: TableDialect): string {
  if (!['state', 'direction', 'progress'].every((name) => columns.has(name))) return "''"
  const trace = columns.has('trace') ? dialect.text('trace') : "''"
  const doubt = dialect.joined(['direction', "' '", dialect.text('progress'), "' '", trace])
  return `CASE state WHEN 'applied' THEN '' ELSE ${doubt} END`
}
