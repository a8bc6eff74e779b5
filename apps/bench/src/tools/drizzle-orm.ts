import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { installedVersion } from '../installed-version.ts'
import type { BenchTool } from '../tool.ts'
import { writeFiles } from '../write-files.ts'

const breakpoint = '--> statement-breakpoint\n'
const firstStamp = Date.UTC(2026, 0, 1)

/** drizzle-orm's `migrate()`; it has neither downs nor a status. */
export const tool: BenchTool = {
  name: 'drizzle-orm',
  version: installedVersion('drizzle-orm'),
  setup:
    '`migrate()` over better-sqlite3 with its journal and statement breakpoints. One transaction. It has neither rollback nor status.',
  recordedSql: 'SELECT count(*) FROM __drizzle_migrations',
  operations: ['apply', 'noop'],
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, ({ stem, up }) => ({
      [`${stem}.sql`]: up.map((statement) => `${statement};\n`).join(breakpoint),
    }))
    const entries = migrations.map(({ stem }, idx) => {
      return { idx, version: '6', when: firstStamp + idx * 60_000, tag: stem, breakpoints: true }
    })
    mkdirSync(join(folder, 'meta'), { recursive: true })
    const journal = { version: '7', dialect: 'sqlite', entries }
    writeFileSync(join(folder, 'meta', '_journal.json'), JSON.stringify(journal, null, 2))
  },
  library: {
    async apply(place) {
      const database = new Database(place.database)
      migrate(drizzle(database), { migrationsFolder: place.migrations })
      database.close()
    },
  },
}
