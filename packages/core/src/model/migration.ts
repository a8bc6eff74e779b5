/** Up applies a migration, down takes it back. */
export type Direction = 'up' | 'down'

/** One entry of `Depends-On`. */
export interface Dependency {
  /** Name of the other database; absent for the migration's own. */
  readonly database?: string | undefined
  /** Id or version of the migration that must be applied first. */
  readonly target: string
  /** Written with `?`: only where the target exists. */
  readonly optional: boolean
}

/** What an author declares about a migration beside its SQL. */
export interface Metadata {
  readonly description?: string | undefined
  readonly author?: string | undefined
  readonly date?: string | undefined
  readonly dependsOn: readonly Dependency[]
  /** Environments it is for; empty means all of them. */
  readonly environments: readonly string[]
  /** False for `Transaction: none`, and where the engine commits by itself: statement by statement, each on its own. */
  readonly transactional: boolean
  /** True for `Foreign-Keys: on`: enforced while it runs, instead of checked before the commit. */
  readonly foreignKeys: boolean
  /** Why it cannot be taken back, where the author says so. */
  readonly irreversible?: string | undefined
  /** Tables that may lose rows although the SQL does not name them. */
  readonly expectLoss: readonly string[]
  /** Engine it is for, where it is only for one. */
  readonly engine?: string | undefined
}

/** The author's unit: what can be known of a migration without holding its SQL. */
export interface Migration extends Metadata {
  /** `007_add_index`: the stem of the file. */
  readonly id: string
  /** `7`: the digits without leading zeros, compared as an integer of up to 18 digits. */
  readonly version: string
  /** `add_index`: the part after the digits. */
  readonly name: string
  /** `sha256:<hex>` over the tokens of the up part. */
  readonly checksum: string
  /** `sha256:<hex>` over the tokens of the down part, null where there is no down. */
  readonly downChecksum: string | null
  /** SHA-256 in hex over the bytes as read: equal means unchanged, without parsing. */
  readonly fingerprint: string
  /** False when the down is missing, empty, only comments, or the header says irreversible. */
  readonly reversible: boolean
  /** True when the up holds no statement. */
  readonly empty: boolean
  /**
   * Beginning of the first statement by which the engine commits, `CREATE TABLE`: although nothing says `Transaction:
   * none`, the migration cannot be undone as a whole. Absent where nothing commits, and where the file was not read.
   */
  readonly commits?: string | undefined
  /** The file, as shown to people. */
  readonly file?: string | undefined
}

/** Compares two versions as integers: negative, zero or positive. */
export function compareVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
