import type { RunIdentity, Session } from '@whimbrel/core'
import type { FoundTable } from './look.ts'
import { completeTable } from './prepare-tables.ts'
import { nextStamp, type Stamp, type Use } from './stamp.ts'
import type { TrackerTables } from './write-record.ts'

/** What a tracker stamps a database with. */
export interface StampOptions extends Use {
  /** Where the database is: a driver's `place`. Without it a copy cannot be told from the original. */
  readonly place?: (() => Promise<string | undefined>) | undefined
}

interface StampRow {
  readonly instance_id: string
  readonly environment: string | null
  readonly protected: number
  readonly place: string | null
  readonly stamped_at: string
  readonly stamped_by: string
}

/** The stamp of a database, undefined where it has none. Writes nothing. */
export async function readStamp(
  session: Session,
  { statements }: TrackerTables,
  found: FoundTable,
): Promise<Stamp | undefined> {
  if (found.shape === 'none') return undefined
  const [row] = await session.query<StampRow>(statements.selectStamp(found.columns))
  if (row === undefined) return undefined
  return {
    instanceId: row.instance_id,
    environment: row.environment,
    protected: row.protected !== 0,
    place: row.place,
    stampedAt: row.stamped_at,
    by: row.stamped_by,
  }
}

/** Stamps a database that has no stamp yet, or whose stamp is not true any longer. */
export async function writeStamp(
  session: Session,
  tables: TrackerTables,
  { found, options, run }: { found: FoundTable; options: StampOptions; run: RunIdentity | undefined },
): Promise<void> {
  const next = nextStamp(await readStamp(session, tables, found), {
    use: options,
    place: await options.place?.(),
    newId: () => globalThis.crypto.randomUUID(),
  })
  if (next === undefined) return
  await completeTable(session, tables, { part: 'stamp', found })
  await session.execute(tables.statements.writeStamp, [
    next.instanceId,
    next.environment,
    Number(next.protected),
    next.place,
    new Date().toISOString(),
    run?.by ?? '',
  ])
}
