import type { Applied } from '../model/applied.ts'
import type { Finding } from '../model/finding.ts'
import type { Migration } from '../model/migration.ts'
import { waysOut } from './doubt.ts'
import type { MigrationState } from './plan.ts'

/** Compares records with files: changed, missing, in doubt, unknown checksum. In order of application. */
export function examine(state: Pick<MigrationState, 'available' | 'applied'>): Finding[] {
  const byId = new Map(state.available.map((migration) => [migration.id, migration]))
  const byVersion = new Map(state.available.map((migration) => [migration.version, migration]))
  return state.applied.flatMap((record) => [
    ...inDoubt(record),
    ...compare(record, byId.get(record.id) ?? byVersion.get(record.version)),
  ])
}

function inDoubt(record: Applied): Finding[] {
  if (record.state !== 'in-doubt') return []
  const { progress, trace } = record
  const begun = trace === undefined ? '' : `; statement ${(progress ?? 0) + 1} was begun`
  const done = progress === null ? '' : ` (${progress} of its statements did${begun})`
  return [
    {
      code: 'IN_DOUBT',
      migration: record.id,
      message: `${record.id} is in doubt: its ${record.direction} runs outside a transaction and is not known to have finished${done}`,
      hint: waysOut(record),
      blocking: true,
      details: { progress: record.progress, direction: record.direction },
    },
  ]
}

function compare(record: Applied, migration: Migration | undefined): Finding[] {
  if (migration === undefined) return record.state === 'applied' ? [missingFile(record)] : []
  const renamed = migration.id === record.id ? [] : [otherName(record, migration.id)]
  if (migration.fingerprint === record.fingerprint) return renamed
  if (!record.checksum.startsWith('sha256:')) return [unknownChecksum(record)]
  const findings: Finding[] = [...renamed]
  if (migration.checksum !== record.checksum && !isBegun(record, 'up')) {
    findings.push(changed(record, 'up', [record.checksum, migration.checksum]))
  }
  if (migration.downChecksum !== record.downChecksum && !isBegun(record, 'down')) {
    findings.push(changed(record, 'down', [record.downChecksum ?? 'none', migration.downChecksum ?? 'none']))
  }
  return findings
}

/** Correcting what failed is the way out of doubt: a retry judges whether the edit is behind what ran. */
function isBegun({ state, direction }: Applied, section: 'up' | 'down'): boolean {
  return state === 'in-doubt' && (direction === 'up' || section === 'down')
}

function changed(record: Applied, section: 'up' | 'down', checksums: readonly [string, string]): Finding {
  const [stored, current] = checksums
  const way =
    section === 'up'
      ? 'Restore the file and put the change into a new migration, or, if it is only another way to write the same, ' +
        `run "whimbrel accept ${record.id} --reason …"`
      : `Restore the file, or roll back with the edited one: "whimbrel down --only ${record.id} --force"`
  return {
    code: 'CHECKSUM_CHANGED',
    migration: record.id,
    message: `The ${section} of ${record.id} was edited after it was applied (stored ${stored}, now ${current})`,
    hint: way,
    blocking: section === 'up',
    details: { section, stored, current },
  }
}

function otherName(record: Applied, id: string): Finding {
  return {
    code: 'RENAMED',
    migration: record.id,
    message: `${record.id} is called ${id} in its file now`,
    hint:
      `Give the file its old name back, or take the new one over with ` +
      `"whimbrel accept ${id} --reason …"; what depends on it names the one or the other`,
    blocking: false,
    details: { renamedTo: id },
  }
}

function missingFile(record: Applied): Finding {
  return {
    code: 'FILE_MISSING',
    migration: record.id,
    message: `${record.id} is applied but its file is missing`,
    hint:
      record.downChecksum === null
        ? 'Bring the file back, from the branch or release that applied it'
        : `Bring the file back, or roll it back with "whimbrel down --only ${record.id}": its down was kept`,
    blocking: false,
  }
}

function unknownChecksum(record: Applied): Finding {
  return {
    code: 'CHECKSUM_UNKNOWN',
    migration: record.id,
    message: `${record.id} was imported with a checksum that cannot be compared (${record.checksum || 'empty'})`,
    hint: `Compare the file with the database, then run "whimbrel accept ${record.id} --reason …"`,
    blocking: false,
  }
}
