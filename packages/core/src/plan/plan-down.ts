import { type Applied, currentId } from '../model/applied.ts'
import type { Finding } from '../model/finding.ts'
import type { Migration } from '../model/migration.ts'
import { examine } from './examine.ts'
import type { DownRequest, MigrationState, Plan, Step } from './plan.ts'

/** Plans to take back the given migrations, the most recently applied first. */
export function planDown(state: MigrationState, request: DownRequest): Plan {
  const chosen = new Set(request.versions)
  const going = state.applied.filter(({ version }) => chosen.has(version)).reverse()
  const staying = state.applied.filter(({ version }) => !chosen.has(version))
  const files = new Map(state.available.map((migration) => [migration.version, migration]))
  return {
    direction: 'down',
    before: currentId(state.applied),
    after: currentId(staying),
    steps: going.map((record) => stepOf(record, files.get(record.version))),
    skipped: [],
    findings: [
      ...examine(state).flatMap((finding) => relevant(finding, { going, request })),
      ...going.flatMap((record) => irreversible(record, files.get(record.version))),
      ...dependents(going, staying),
    ],
  }
}

/** Uses the file while it still says what was applied, or when the edited one is wanted; else what was kept. */
function stepOf(record: Applied, file: Migration | undefined): Step {
  const fromFile = file?.downChecksum != null
  const migration = fromFile ? file : { ...recorded(record), file: file?.file }
  return { id: record.id, direction: 'down', migration, script: fromFile ? 'source' : 'kept' }
}

/** A record as the migration it was made from. */
export function recorded(record: Applied): Migration {
  const { id, version, name, checksum, downChecksum, fingerprint, irreversible } = record
  const {
    description,
    author,
    date,
    dependsOn,
    environments,
    transactional,
    foreignKeys,
    expectLoss,
    engine,
  } = record
  return {
    id,
    version,
    name,
    description,
    author,
    date,
    dependsOn,
    environments,
    transactional,
    foreignKeys,
    irreversible,
    expectLoss,
    engine,
    checksum,
    downChecksum,
    fingerprint: fingerprint ?? '',
    reversible: downChecksum !== null && irreversible === undefined,
    empty: false,
  }
}

/** Of what was noticed only what concerns this rollback. */
function relevant(finding: Finding, context: { going: readonly Applied[]; request: DownRequest }): Finding[] {
  if (finding.code === 'IN_DOUBT') return [finding]
  if (finding.code !== 'CHECKSUM_CHANGED' || finding.details?.section !== 'down') return []
  if (!context.going.some(({ id }) => id === finding.migration)) return []
  return [{ ...finding, blocking: context.request.acceptChangedDown !== true }]
}

function irreversible(record: Applied, file: Migration | undefined): Finding[] {
  const why = record.irreversible ?? file?.irreversible
  const hasDown = record.downChecksum !== null || file?.downChecksum != null
  if (hasDown && why === undefined) return []
  return [
    {
      code: 'IRREVERSIBLE',
      migration: record.id,
      message: `${record.id} cannot be rolled back: ${why ?? 'it has no down'}`,
      hint: 'Write a new migration that changes the schema on, or restore a backup',
      blocking: true,
    },
  ]
}

function dependents(going: readonly Applied[], staying: readonly Applied[]): Finding[] {
  const names = new Map<Applied, string[]>(going.map((record) => [record, []]))
  const byName = new Map(
    going.flatMap((record) => [[record.id, record] as const, [record.version, record] as const]),
  )
  for (const { id, dependsOn } of staying) {
    for (const { database, target } of dependsOn) {
      if (database !== undefined) continue
      const record = byName.get(target.replace(/^0+(?=\d+$)/, ''))
      if (record !== undefined) names.get(record)?.push(id)
    }
  }
  return going.flatMap((record) => needed(record, names.get(record) ?? []))
}

function needed({ id }: Applied, names: readonly string[]): Finding[] {
  if (names.length === 0) return []
  return [
    {
      code: 'HAS_DEPENDENTS',
      migration: id,
      message: `${id} cannot be rolled back alone: ${names.join(', ')} ${names.length === 1 ? 'depends' : 'depend'} on it`,
      hint: 'Add --cascade to roll them back first',
      blocking: true,
      details: { dependents: names },
    },
  ]
}
