import { isCopied, type Stamp, type Use } from './stamp.ts'

/** What is about to be done to which database. */
export interface ConsentQuestion {
  /** What the database says of itself, undefined where it was never stamped. */
  readonly stamp: Stamp | undefined
  readonly use: Use
  /** Where the database is, as its driver tells it. */
  readonly place?: string | undefined
  /** It can lose data, or what is known of it: a rollback, a step that may destroy, a decision about records. */
  readonly risky: boolean
}

/** Why somebody has to agree first. */
export type ConsentReason =
  /** Its environment is protected, as the manifest or the database itself says, and data can be lost. */
  | {
      readonly kind: 'protected'
      readonly environment: string | null
      readonly says: 'manifest' | 'database'
    }
  /** It belongs to a protected environment, and is used as something else. */
  | {
      readonly kind: 'other-environment'
      readonly stamped: string | null
      readonly used: string | null
      /** It is not where it was stamped. */
      readonly copied: boolean
    }

/**
 * Says whether somebody has to agree before a database is changed; undefined where nobody has to. Looking and dry runs
 * never need it. A database that is protected for one environment and used as another, a production file behind a
 * manifest for development for instance, needs it for every change.
 */
export function consentNeeded({ stamp, use, place, risky }: ConsentQuestion): ConsentReason | undefined {
  const used = use.environment ?? null
  if (stamp?.protected === true && stamp.environment !== used) {
    return { kind: 'other-environment', stamped: stamp.environment, used, copied: isCopied(stamp, place) }
  }
  if (!risky) return undefined
  if (use.protected) return { kind: 'protected', environment: used, says: 'manifest' }
  if (stamp?.protected === true)
    return { kind: 'protected', environment: stamp.environment, says: 'database' }
  return undefined
}
