import { MigrateError } from '../migrate-error.ts'
import type { Source, SourceEntry } from '../ports/source.ts'
import { byVersion } from './duplicates.ts'

/** An entry with the place it is from. */
interface PlacedEntry {
  readonly entry: SourceEntry
  readonly source: Source
}

/**
 * Several sources as one: what they have together, ordered by version. A version that two of them have is the problem
 * MIGRATION_DUPLICATE, which names both places. Its `list` throws what one of theirs throws, SOURCE_MISSING for
 * instance; no source at all, or something else than one, throws USAGE at once.
 */
export function combinedSource(sources: readonly Source[]): Source {
  const all = checked(sources)
  const [first] = all
  if (first !== undefined && all.length === 1) return first
  return {
    location: all.map(({ location }) => location).join(', '),
    async list() {
      const listings = await Promise.all(all.map((source) => source.list()))
      const placed = listings.flatMap(({ entries }, index) =>
        entries.map((entry): PlacedEntry => ({ entry, source: all[index] as Source })),
      )
      return {
        entries: placed.map(({ entry }) => entry).sort(byVersion),
        problems: [...listings.flatMap(({ problems }) => problems), ...sharedVersions(placed)],
      }
    },
  }
}

function checked(sources: readonly Source[]): readonly Source[] {
  const given: unknown = sources
  if (Array.isArray(given) && given.length > 0 && given.every(isSource)) return [...sources]
  throw new MigrateError('USAGE', 'combinedSource needs a list of at least one source', {
    hint: 'Call combinedSource([folderSource({ directory }), codeSource([…])])',
  })
}

function isSource(value: unknown): boolean {
  return typeof (value as Partial<Source> | null)?.list === 'function'
}

/** Versions that several sources have; what one has twice it says itself. */
function sharedVersions(placed: readonly PlacedEntry[]): MigrateError[] {
  const byNumber = new Map<string, PlacedEntry[]>()
  for (const one of placed) {
    const { version } = one.entry
    byNumber.set(version, [...(byNumber.get(version) ?? []), one])
  }
  return [...byNumber.values()]
    .filter((same) => new Set(same.map(({ source }) => source)).size > 1)
    .map(sharedVersion)
}

function sharedVersion(same: readonly PlacedEntry[]): MigrateError {
  const version = same[0]?.entry.version
  const places = same.map(({ entry, source }) => `${entry.id} (${source.location})`)
  return new MigrateError(
    'MIGRATION_DUPLICATE',
    `${places.join(' and ')} have the same version, ${version}`,
    {
      hint: 'Give one of them, the one that was applied nowhere yet, the next version that none of the sources has',
      details: {
        version,
        ids: same.map(({ entry }) => entry.id),
        places: same.map(({ source }) => source.location),
      },
    },
  )
}
