import type { MigrationFunction } from '../../ports/code-session.ts'
import type { Operation, ReversibleOperation } from './operations/operation.ts'
import type { reverse } from './operations/reverse-operation.ts'

/** What the header of a file says, by the names that code uses. */
export interface CodeMetadata {
  readonly description?: string
  readonly author?: string
  readonly date?: string
  /** `003_add_roles`, `3`, `ontology:2`, `?004_optional`. */
  readonly dependsOn?: string | readonly string[]
  /** Environments it is for; all of them where left out. */
  readonly environments?: string | readonly string[]
  /** False for what an engine cannot do in a transaction; default true. */
  readonly transactional?: boolean
  /** Enforce foreign keys while it runs; default false. */
  readonly foreignKeys?: boolean
  /** Why it cannot be taken back. */
  readonly irreversible?: string
  /** Tables that may lose rows although the SQL does not name them. */
  readonly expectLoss?: string | readonly string[]
  readonly engine?: string
}

/** One direction: SQL, operations, or code. */
export type CodeChange = string | readonly Operation[] | MigrationFunction

/** A migration whose down is written, or that has none. */
export interface WrittenMigration extends CodeMetadata {
  /** As the stem of a file: `001_create_users`. */
  readonly id: string
  readonly up: CodeChange
  readonly down?: CodeChange
  /** Where a direction is code: stands for that code in the checksum, so it changes when the code does; default "1". */
  readonly revision?: string
}

/** A migration whose down is derived from its up. */
export interface ReversedMigration extends CodeMetadata {
  /** As the stem of a file: `001_create_users`. */
  readonly id: string
  readonly up: readonly ReversibleOperation[]
  readonly down: typeof reverse
}

/** A migration that is registered in code. */
export type CodeMigration = WrittenMigration | ReversedMigration
