import { MigrateError } from '../migrate-error.ts'
import { compareVersions } from '../model/migration.ts'
import type { SourceEntry } from '../ports/source.ts'

/** Orders what a source lists: by version, and by id where two have the same one. */
export function byVersion(a: SourceEntry, b: SourceEntry): number {
  return compareVersions(a.version, b.version) || (a.id < b.id ? -1 : 1)
}

/** MIGRATION_DUPLICATE for every version that several entries have. Entries are ordered by version. */
export function duplicates(entries: readonly SourceEntry[]): MigrateError[] {
  const byVersion = new Map<string, SourceEntry[]>()
  for (const entry of entries) {
    const same = byVersion.get(entry.version)
    if (same === undefined) byVersion.set(entry.version, [entry])
    else same.push(entry)
  }
  return [...byVersion.values()].filter((same) => same.length > 1).map(duplicate)
}

function duplicate(same: readonly SourceEntry[]): MigrateError {
  const ids = same.map((entry) => entry.id)
  const version = same[0]?.version
  return new MigrateError('MIGRATION_DUPLICATE', `${ids.join(' and ')} have the same version, ${version}`, {
    hint: 'Give one of them, the one that was applied nowhere yet, the next free version',
    details: { version, ids },
  })
}
