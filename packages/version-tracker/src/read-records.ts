import { type Applied, compareVersions, type Metadata, type Session } from '@whimbrel/core'
import { instant } from './instant.ts'
import { metadataFromJson } from './metadata-json.ts'
import { recordFields, type TrackerStatements } from './tracker-statements.ts'

type Row = Readonly<Record<(typeof recordFields)[number], unknown>>

const width = recordFields.length
const separator = '\u001f'

/**
 * Reads every current record, by order of application. The rows come as one string: to hand over 1,000 rows of 15
 * values one by one takes four times as long.
 */
export async function readRecords(
  session: Session,
  statements: TrackerStatements,
  columns: ReadonlySet<string>,
): Promise<readonly Applied[]> {
  const [row] = await session.query<{ count: number; packed: string | null }>(
    statements.selectPacked(columns),
    [],
    { recurs: true },
  )
  const values = (row?.packed ?? '').split(separator)
  const count = row?.count ?? 0
  if (count === 0) return []
  // Where a value holds the separator itself, the fields cannot be told apart.
  if (values.length !== count * width) return readOneByOne(session, statements.selectRecords(columns))
  const metadata = metadataReader()
  return inOrder(Array.from({ length: count }, (_, row) => toRecord(values, { at: row * width, metadata })))
}

async function readOneByOne(session: Session, sql: string): Promise<readonly Applied[]> {
  const rows = await session.query<Row>(sql)
  const metadata = metadataReader()
  return inOrder(
    rows.map((row) => {
      const values = recordFields.map((field) => String(row[field]))
      return toRecord(values, { at: 0, metadata })
    }),
  )
}

type MetadataReader = (json: string, record: string) => Metadata

/** Most migrations declare the same, mostly nothing: each text is parsed once. */
function metadataReader(): MetadataReader {
  const known = new Map<string, Metadata>()
  return (json, record) => {
    const metadata = known.get(json) ?? metadataFromJson(json, record)
    known.set(json, metadata)
    return metadata
  }
}

/** The fields of one record stand from `at` on, in the order of `recordFields`. Runs for every record: no spread. */
function toRecord(
  values: readonly string[],
  { at, metadata }: { readonly at: number; readonly metadata: MetadataReader },
): Applied {
  const version = values[at] ?? ''
  const name = values[at + 1] ?? ''
  const id = values[at + 5] || `${version}_${name}`
  const doubt = values[at + 9] ?? ''
  const [, progress, trace] = doubt === '' ? [] : doubt.split(' ')
  const declared = metadata(values[at + 13] ?? '', id)
  return {
    id,
    version,
    name,
    sequence: Number(values[at + 6]),
    state: doubt === '' ? 'applied' : 'in-doubt',
    direction: doubt.startsWith('down') ? 'down' : 'up',
    progress: progress === undefined ? null : Number(progress),
    trace: trace || undefined,
    appliedAt: instant(values[at + 2] ?? ''),
    durationMs: Number(values[at + 4]) || 0,
    checksum: values[at + 3] ?? '',
    downChecksum: values[at + 7] || null,
    fingerprint: values[at + 8] || null,
    runId: values[at + 10] ?? '',
    by: values[at + 11] ?? '',
    toolVersion: values[at + 12] ?? '',
    description: declared.description,
    author: declared.author,
    date: declared.date,
    dependsOn: declared.dependsOn,
    environments: declared.environments,
    transactional: declared.transactional,
    foreignKeys: declared.foreignKeys,
    irreversible: declared.irreversible,
    expectLoss: declared.expectLoss,
    engine: declared.engine,
  }
}

/** Rows come by version, which mostly is the order of application too. */
function inOrder(records: Applied[]): readonly Applied[] {
  const ordered = records.every(({ sequence }, at) => sequence > (records[at - 1]?.sequence ?? 0))
  if (ordered) return records
  records.sort((a, b) => rank(a) - rank(b) || compareVersions(a.version, b.version))
  let last = 0
  return records.map((record) => {
    last = Math.max(record.sequence, last + 1)
    return record.sequence === last ? record : { ...record, sequence: last }
  })
}

/** A table of an earlier version may not say the order: what it does not say comes last. */
function rank({ sequence }: Applied): number {
  return sequence > 0 ? sequence : Number.MAX_SAFE_INTEGER
}
