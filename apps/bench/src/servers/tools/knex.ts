import knexOf from 'knex'
import { installedVersion } from '../../installed-version.ts'
import { writeFiles } from '../../write-files.ts'
import type { ServerTool } from '../server-tool.ts'

/** knex's migrator with `raw` statements in .cjs files. */
export const knex: ServerTool = {
  name: 'knex',
  version: installedVersion('knex'),
  setup: 'Clients `pg` and `mysql2`, `.cjs` files with `knex.raw`, one transaction around all.',
  sharings: { PostgreSQL: ['all'], MariaDB: ['statements'] },
  recordedSql: 'SELECT count(*) FROM knex_migrations',
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, ({ stem, up, down }) => ({
      [`${stem}.cjs`]: `exports.up = ${asFunction(up)}\n\nexports.down = ${asFunction(down)}\n`,
    }))
  },
  async up({ url, migrations }) {
    const database = knexOf({
      client: url.startsWith('postgres') ? 'pg' : 'mysql2',
      connection: url,
      migrations: { directory: migrations, loadExtensions: ['.cjs'] },
    })
    try {
      await database.migrate.latest()
    } finally {
      await database.destroy()
    }
  },
}

function asFunction(statements: readonly string[]): string {
  const lines = statements.map((sql) => `  await knex.raw(${JSON.stringify(sql)})\n`)
  return `async (knex) => {\n${lines.join('')}}`
}
