import { createHash } from 'node:crypto'
import type { MigrationState } from '@whimbrel/core'
import type { Pragmas } from '@whimbrel/sqlite-driver'
import type { Extent } from './extent.ts'

/** Counts up when the same migrations would make another file. */
const FORM = 1

/** Everything that decides what a migrated database looks like. */
export interface ImageContent {
  /** Names and bytes of all migrations, as one hash. */
  readonly files: string
  readonly extent: Extent
  readonly table: string
  readonly environment: string | undefined
  readonly name: string | undefined
  readonly others: MigrationState['others']
  readonly pragmas: Pragmas
  /** Version of SQLite. */
  readonly engine: string
  /** Version of this package. */
  readonly tool: string
}

/** Pragmas that become a property of the file; the others are set whenever it is opened. */
export const shapingPragmas = ['page_size', 'encoding', 'auto_vacuum', 'journal_mode'] as const

/** SHA-256 in hex: equal keys mean equal images but for the times in their records. */
export function imageKey(content: ImageContent): string {
  const { files, extent, table, environment, name, others, pragmas, engine, tool } = content
  const parts = [
    FORM,
    tool,
    engine,
    table,
    environment ?? null,
    name ?? null,
    extent,
    shapingPragmas.map((pragma) => String(pragmas[pragma] ?? '').toLowerCase()),
    files,
    [...(others ?? [])].map(([other, migrations]) => [other, migrations.map(({ id }) => id)]),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
