import { createHash } from 'node:crypto'
import { type Applied, currentId, type MigrationState } from '@whimbrel/core'

/** Where a database stands: enough to notice that its records are not what they were. */
export interface StartingPoint {
  /** Id of the newest applied migration, null where there is none. */
  readonly newest: string | null
  /** How many records there are. */
  readonly records: number
  /** `sha256:<hex>` over ids, states and checksums of all records, in order of application. */
  readonly digest: string
}

/** Where a database stands now. */
export function startingPoint({ applied }: Pick<MigrationState, 'applied'>): StartingPoint {
  const hash = createHash('sha256')
  for (const { id, state, checksum, downChecksum } of applied) {
    hash.update(JSON.stringify([id, state, checksum, downChecksum]))
  }
  return { newest: currentId(applied), records: applied.length, digest: `sha256:${hash.digest('hex')}` }
}

/** How a database differs from where it stood, as a sentence without a full stop; undefined where it does not. */
export function startingPointMoved(
  name: string,
  { planned, applied }: { readonly planned: StartingPoint; readonly applied: readonly Applied[] },
): string | undefined {
  const now = startingPoint({ applied })
  if (now.digest === planned.digest) return undefined
  const doubted = applied.find(({ state }) => state === 'in-doubt')
  if (doubted !== undefined) return `${doubted.id} of ${name} is in doubt now`
  if (now.newest !== planned.newest) {
    return `${name} is at ${now.newest ?? 'nothing'} now, and the plan begins at ${planned.newest ?? 'nothing'}`
  }
  if (now.records !== planned.records) {
    return `${name} has ${now.records} applied migrations now, and the plan begins with ${planned.records}`
  }
  return `${name} is still at ${planned.newest}, but the ids or checksums of its records are others than those of the plan`
}
