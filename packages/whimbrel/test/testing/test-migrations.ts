import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

/** Up and down of one migration; `down` may be left out. */
export type Texts = Readonly<Record<string, readonly [up: string, down?: string, header?: string]>>

/** Folders for one test at a time: migrations, and a cache of its own. */
export class TestFolders {
  #root: string | undefined

  constructor() {
    afterEach(() => {
      if (this.#root !== undefined) rmSync(this.#root, { recursive: true, force: true })
      this.#root = undefined
    })
  }

  get root(): string {
    this.#root ??= mkdtempSync(join(tmpdir(), 'whimbrel-'))
    return this.#root
  }

  get cache(): { readonly directory: string } {
    return { directory: join(this.root, 'cache') }
  }

  /** Writes migrations into a folder and returns its path. */
  write(texts: Texts, name = 'migrations'): string {
    const folder = join(this.root, name)
    mkdirSync(folder, { recursive: true })
    for (const [id, [up, down = '', header = '']] of Object.entries(texts))
      writeFileSync(
        join(folder, `${id}.sql`),
        `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`,
      )
    return folder
  }
}

/** Three migrations of notes: the table, a column with an index, a view. */
export const notes: Texts = {
  '001_create_notes': [
    'CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL);',
    'DROP TABLE notes;',
  ],
  '002_add_rank': [
    'ALTER TABLE notes ADD COLUMN rank INTEGER; CREATE INDEX notes_rank ON notes (rank);',
    'DROP INDEX notes_rank; ALTER TABLE notes DROP COLUMN rank;',
  ],
  '003_ranked': ['CREATE VIEW ranked AS SELECT body FROM notes ORDER BY rank;', 'DROP VIEW ranked;'],
}
