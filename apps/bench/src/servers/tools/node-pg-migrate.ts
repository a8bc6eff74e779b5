import { runner } from 'node-pg-migrate'
import { asScript } from '../../generate.ts'
import { installedVersion } from '../../installed-version.ts'
import { writeFiles } from '../../write-files.ts'
import type { ServerTool } from '../server-tool.ts'

/** node-pg-migrate with SQL files. */
export const nodePgMigrate: ServerTool = {
  name: 'node-pg-migrate',
  version: installedVersion('node-pg-migrate'),
  setup:
    '`runner()` with SQL files; `singleTransaction` is its default, and is switched off for a transaction each.',
  sharings: { PostgreSQL: ['each', 'all'] },
  recordedSql: 'SELECT count(*) FROM pgmigrations',
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, ({ stem, up, down }) => ({
      [`${stem}.sql`]: `-- Up Migration\n${asScript(up)}\n-- Down Migration\n${asScript(down)}`,
    }))
  },
  async up({ url, migrations, sharing }) {
    await runner({
      databaseUrl: url,
      dir: migrations,
      direction: 'up',
      migrationsTable: 'pgmigrations',
      singleTransaction: sharing === 'all',
      log: () => undefined,
    })
  },
}
