import { promises as fs } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { FileMigrationProvider, Kysely, type MigrationResultSet, Migrator, SqliteDialect } from 'kysely'
import { installedVersion } from '../installed-version.ts'
import type { BenchTool, Place } from '../tool.ts'
import { writeFiles } from '../write-files.ts'

/** kysely's Migrator with `sql` statements in .mjs files. */
export const tool: BenchTool = {
  name: 'kysely',
  version: installedVersion('kysely'),
  setup:
    '`SqliteDialect` over better-sqlite3, `FileMigrationProvider`, `.mjs` files with raw `sql`. Its SQLite dialect opens no transaction for migrations.',
  recordedSql: 'SELECT count(*) FROM kysely_migration',
  operations: ['apply', 'noop', 'status', 'rollback'],
  prepare({ migrations: folder }, migrations) {
    // By address, because a temporary folder has no node_modules to find kysely in.
    const header = `import { sql } from ${JSON.stringify(import.meta.resolve('kysely'))}\n\n`
    writeFiles(folder, migrations, ({ stem, up, down }) => ({
      [`${stem}.mjs`]: `${header}export ${asFunction('up', up)}\n\nexport ${asFunction('down', down)}\n`,
    }))
  },
  library: {
    async apply(place) {
      await withMigrator(place, async (migrator) => finish(await migrator.migrateToLatest()))
    },
    async status(place) {
      const all = await withMigrator(place, (migrator) => migrator.getMigrations())
      const applied = all.filter((migration) => migration.executedAt !== undefined).length
      return { applied, pending: all.length - applied }
    },
    async rollback(place, steps) {
      const files = (await fs.readdir(place.migrations)).sort()
      const target = path.parse(files.at(-1 - steps) ?? '').name
      await withMigrator(place, async (migrator) => finish(await migrator.migrateTo(target)))
    },
  },
}

async function withMigrator<T>(place: Place, work: (migrator: Migrator) => Promise<T>): Promise<T> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(place.database) }) })
  const provider = new FileMigrationProvider({ fs, path, migrationFolder: place.migrations })
  try {
    return await work(new Migrator({ db, provider }))
  } finally {
    await db.destroy()
  }
}

/** It never throws by itself. */
function finish({ error }: MigrationResultSet): void {
  if (error !== undefined) throw error
}

function asFunction(name: string, statements: readonly string[]): string {
  const lines = statements.map((text) => `  await sql.raw(${JSON.stringify(text)}).execute(db)\n`)
  return `async function ${name}(db) {\n${lines.join('')}}`
}
