import {
  type Applied,
  compareSchemas,
  type DatabaseSchema,
  type Driver,
  examine,
  type Finding,
  findingOf,
  type SchemaChange,
  type Source,
  type VersionTracker,
  withoutTables,
} from '@whimbrel/core'
import { type IgnoreRule, ignoreRule } from './ignore-rules.ts'
import { RecordedScripts } from './recorded-scripts.ts'
import type { ReplayCache } from './replay-cache.ts'
import { replayedSchema } from './replayed-schema.ts'
import { type InspectedSession, inspected } from './scratch-of.ts'

export interface DriftOptions {
  readonly driver: Driver
  readonly tracker: VersionTracker
  /** For records whose SQL was not kept. */
  readonly source?: Source
  /** What may differ, see `ignoreRule`. */
  readonly ignore?: readonly string[]
  /** Where schemas that were replayed once are kept. */
  readonly cache?: ReplayCache
}

/** How a database differs from what its migrations made of it. */
export interface DriftReport {
  readonly exists: boolean
  /** Number of migrations on record. */
  readonly applied: number
  /** `before` is what the migrations give, `after` what the database has. */
  readonly changes: readonly SchemaChange[]
  /** Number of differences that were ignored. */
  readonly ignored: number
  /** DRIFT where anything differs; IN_DOUBT and REPLAY_INCOMPLETE where that cannot be known for certain. */
  readonly findings: readonly Finding[]
}

/**
 * Compares a database with the schema that its applied migrations give, replayed on a scratch database. Reads only.
 * Throws USAGE for an ignore pattern that makes no sense, ENGINE_UNSUPPORTED, and what opening the database throws.
 */
export async function drift(options: DriftOptions): Promise<DriftReport> {
  const { driver } = options
  const isIgnored = ignoreRule(options.ignore ?? [])
  if (!(await driver.exists())) return { exists: false, applied: 0, changes: [], ignored: 0, findings: [] }
  const session = inspected(await driver.session('read'), driver)
  try {
    return await compare(session, options, isIgnored)
  } finally {
    await session.close()
  }
}

async function compare(
  session: InspectedSession,
  { driver, tracker, source, cache }: DriftOptions,
  isIgnored: IgnoreRule,
): Promise<DriftReport> {
  const { dialect } = driver
  const { records, schema } = await look(session, tracker)
  const { inspector } = session
  const engine = [dialect.name, await inspector.version(), (await inspector.context?.()) ?? ''].join(' ')
  const scripts = new RecordedScripts({ dialect, tracker, session, source })
  const replayed = await replayedSchema(records, { driver, engine, scripts, cache })
  const found = compareSchemas(replayed.schema, withoutTables(schema, tracker.tables), dialect)
  const changes = found.filter((change) => !isIgnored(change))
  const doubts = examine({ available: [], applied: records.filter(({ state }) => state === 'in-doubt') })
  return {
    exists: true,
    applied: records.length,
    changes,
    ignored: found.length - changes.length,
    findings: [...doubts, ...replayed.problems.map(findingOf), ...driftFinding(driver, changes)],
  }
}

/** How often records and schema are read again because a run went on meanwhile. */
const LOOKS = 3

/** Records and schema of one moment: a run that goes on meanwhile is no drift. */
async function look(
  session: InspectedSession,
  tracker: VersionTracker,
): Promise<{ records: readonly Applied[]; schema: DatabaseSchema }> {
  for (let looks = 1; ; looks += 1) {
    const records = await tracker.applied(session)
    const schema = await session.inspector.schema()
    const after = await tracker.applied(session)
    if (looks === LOOKS || stateOf(records) === stateOf(after)) return { records, schema }
  }
}

function stateOf(records: readonly Applied[]): string {
  return records
    .map(({ version, sequence, state, progress }) => [version, sequence, state, progress].join())
    .join()
}

function driftFinding({ location }: Driver, changes: readonly SchemaChange[]): readonly Finding[] {
  if (changes.length === 0) return []
  const number = changes.length === 1 ? 'one place' : `${changes.length} places`
  return [
    {
      code: 'DRIFT',
      message: `${location} is not what its migrations give: it differs in ${number}`,
      hint: 'Write a migration that makes the same change, undo the change by hand, or accept it with an entry under "drift": { "ignore": […] } in the manifest',
      blocking: false,
      details: { changes: changes.length },
    },
  ]
}
