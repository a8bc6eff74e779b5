import { promises as fs } from 'node:fs'
import path from 'node:path'
import { FileMigrationProvider, Kysely, Migrator, MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import pg from 'pg'
import { installedVersion } from '../../installed-version.ts'
import { writeFiles } from '../../write-files.ts'
import type { ServerTool } from '../server-tool.ts'

/** kysely's Migrator with `sql` statements in .mjs files. */
export const kysely: ServerTool = {
  name: 'kysely',
  version: installedVersion('kysely'),
  setup:
    '`PostgresDialect` over `pg`, one transaction around all; `MysqlDialect` over `mysql2`. `FileMigrationProvider`, `.mjs` files with raw `sql`.',
  sharings: { PostgreSQL: ['all'], MariaDB: ['statements'] },
  recordedSql: 'SELECT count(*) FROM kysely_migration',
  prepare({ migrations: folder }, migrations) {
    // By address, because a temporary folder has no node_modules to find kysely in.
    const header = `import { sql } from ${JSON.stringify(import.meta.resolve('kysely'))}\n\n`
    writeFiles(folder, migrations, ({ stem, up, down }) => ({
      [`${stem}.mjs`]: `${header}export ${asFunction('up', up)}\n\nexport ${asFunction('down', down)}\n`,
    }))
  },
  async up({ url, migrations }) {
    const dialect = url.startsWith('postgres')
      ? new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
      : new MysqlDialect({ pool: createPool(url) })
    const db = new Kysely<unknown>({ dialect })
    const provider = new FileMigrationProvider({ fs, path, migrationFolder: migrations })
    try {
      const { error } = await new Migrator({ db, provider }).migrateToLatest()
      if (error !== undefined) throw error
    } finally {
      await db.destroy()
    }
  },
}

function asFunction(name: string, statements: readonly string[]): string {
  const lines = statements.map((text) => `  await sql.raw(${JSON.stringify(text)}).execute(db)\n`)
  return `async function ${name}(db) {\n${lines.join('')}}`
}
