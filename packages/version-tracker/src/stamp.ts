import type { Finding } from '@whimbrel/core'

/** What a database says of itself, in the one row of its third table. */
export interface Stamp {
  /** UUID: a copy gets one of its own at its next write. */
  readonly instanceId: string
  /** The environment it belongs to, null where none was named. */
  readonly environment: string | null
  /** Consent is needed for what can lose data, whoever asks. */
  readonly protected: boolean
  /** Where it was when it was stamped, as its driver tells it; null where that is not known. */
  readonly place: string | null
  /** UTC, ISO 8601 with milliseconds. */
  readonly stampedAt: string
  /** `user@host`. */
  readonly by: string
}

/** What a database is used as. */
export interface Use {
  /** The selected environment, absent where none is. */
  readonly environment?: string | undefined
  /** That environment is protected. */
  readonly protected: boolean
}

/** The part of a stamp that a use decides. */
export type StampedUse = Pick<Stamp, 'instanceId' | 'environment' | 'protected' | 'place'>

/** True where a database is not where it was stamped: it was copied, moved or restored. */
export function isCopied(stamp: Pick<Stamp, 'place'>, place: string | undefined): boolean {
  return stamp.place !== null && place !== undefined && stamp.place !== place
}

/**
 * The stamp after a write that was allowed; undefined where it stays as it is. A copy becomes a database of its own, of
 * the environment it is used in. The original never loses its protection by being used.
 */
export function nextStamp(
  stamp: StampedUse | undefined,
  { use, place, newId }: { use: Use; place: string | undefined; newId: () => string },
): StampedUse | undefined {
  const environment = use.environment ?? null
  if (stamp === undefined)
    return { instanceId: newId(), environment, protected: use.protected, place: place ?? null }
  const same = stamp.environment === environment
  if (isCopied(stamp, place)) {
    const isProtected = use.protected || (same && stamp.protected)
    return { instanceId: newId(), environment, protected: isProtected, place: place ?? null }
  }
  const next = {
    instanceId: stamp.instanceId,
    environment: takesOver(stamp, use) ? environment : stamp.environment,
    protected: stamp.protected || use.protected,
    place: stamp.place ?? place ?? null,
  }
  return isEqual(stamp, next) ? undefined : next
}

/** An environment that is named and gives at least the same protection. */
function takesOver(stamp: StampedUse, use: Use): boolean {
  return use.environment !== undefined && (use.protected || !stamp.protected)
}

function isEqual(a: StampedUse, b: StampedUse): boolean {
  return a.environment === b.environment && a.protected === b.protected && a.place === b.place
}

/** What people should know of a database that is not where it was stamped. */
export function copiedFinding(stamp: Stamp, place: string | undefined): readonly Finding[] {
  if (!isCopied(stamp, place)) return []
  const whose = stamp.protected ? `, as a protected database${ofEnvironment(stamp)}` : ''
  return [
    {
      code: 'COPIED',
      message: `The database was copied, moved or restored: it was stamped at ${stamp.place}${whose}, and is at ${place} now`,
      hint: 'If that is meant, nothing needs to be done: the next command that changes it gives it a stamp of its own',
      blocking: false,
      details: { stampedAt: stamp.place, place },
    },
  ]
}

function ofEnvironment({ environment }: Stamp): string {
  return environment === null ? '' : ` of ${environment}`
}
