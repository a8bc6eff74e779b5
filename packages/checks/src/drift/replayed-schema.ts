import { createHash } from 'node:crypto'
import type { Applied, DatabaseSchema, Driver, MigrateError } from '@whimbrel/core'
import type { RecordedScripts } from './recorded-scripts.ts'
import { replay } from './replay.ts'
import type { ReplayCache } from './replay-cache.ts'
import { scratchOf } from './scratch-of.ts'

/** Counts up when the same records would give another text. */
const FORM = 2

export interface ReplayedSchema {
  readonly schema: DatabaseSchema
  /** Why it is not complete, each with REPLAY_INCOMPLETE. */
  readonly problems: readonly MigrateError[]
}

export interface ReplayContext {
  readonly driver: Driver
  readonly engine: string
  readonly scripts: Pick<RecordedScripts, 'of'>
  readonly cache?: ReplayCache | undefined
}

/** The schema that records give, out of the cache where the same was asked before. */
export async function replayedSchema(
  records: readonly Applied[],
  { driver, engine, scripts, cache }: ReplayContext,
): Promise<ReplayedSchema> {
  const key = replayKey(records, engine)
  const known = key && (await cache?.read(key))
  if (known) return { schema: JSON.parse(known) as DatabaseSchema, problems: [] }
  const scratch = await scratchOf(driver)
  try {
    const problems = await replay(scratch, records, { scripts, dialect: driver.dialect })
    const schema = await scratch.inspector.schema()
    if (key !== undefined && problems.length === 0) await cache?.write(key, JSON.stringify(schema))
    return { schema, problems }
  } finally {
    await scratch.close()
  }
}

/**
 * Equal keys mean equal SQL in equal order on an equal engine: a checksum covers every token. Undefined where a record
 * does not say what was run.
 */
function replayKey(records: readonly Applied[], engine: string): string | undefined {
  const hash = createHash('sha256').update(`${FORM}\n${engine}\n`)
  for (const { state, checksum, transactional, foreignKeys } of records) {
    if (state !== 'applied' || !checksum.startsWith('sha256:')) return undefined
    hash.update(`${checksum} ${transactional} ${foreignKeys}\n`)
  }
  return hash.digest('hex')
}
