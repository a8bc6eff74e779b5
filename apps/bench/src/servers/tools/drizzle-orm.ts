import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { migrate as migrateMysql } from 'drizzle-orm/mysql2/migrator'
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres'
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { installedVersion } from '../../installed-version.ts'
import { writeFiles } from '../../write-files.ts'
import type { ServerTool } from '../server-tool.ts'

const breakpoint = '--> statement-breakpoint\n'
const firstStamp = Date.UTC(2026, 0, 1)

/** drizzle-orm's `migrate()`. */
export const drizzleOrm: ServerTool = {
  name: 'drizzle-orm',
  version: installedVersion('drizzle-orm'),
  setup:
    '`migrate()` over `pg` or `mysql2` with its journal and statement breakpoints, one transaction around all.',
  sharings: { PostgreSQL: ['all'], MariaDB: ['statements'] },
  recordedSql: 'SELECT count(*) FROM __drizzle_migrations',
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, ({ stem, up }) => ({
      [`${stem}.sql`]: up.map((statement) => `${statement};\n`).join(breakpoint),
    }))
    const entries = migrations.map(({ stem }, idx) => {
      return { idx, version: '7', when: firstStamp + idx * 60_000, tag: stem, breakpoints: true }
    })
    mkdirSync(join(folder, 'meta'), { recursive: true })
    const journal = { version: '7', dialect: 'any', entries }
    writeFileSync(join(folder, 'meta', '_journal.json'), JSON.stringify(journal, null, 2))
  },
  async up({ url, migrations }) {
    const config = { migrationsFolder: migrations }
    if (url.startsWith('postgres')) {
      const client = new pg.Client(url)
      await client.connect()
      // Its own schema is public here, so that one query counts the records of every tool.
      await migratePostgres(drizzlePostgres(client), { ...config, migrationsSchema: 'public' })
      await client.end()
    } else {
      const client = await mysql.createConnection(url)
      await migrateMysql(drizzleMysql(client), config)
      await client.end()
    }
  },
}
