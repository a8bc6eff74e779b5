import knex, { type Knex } from 'knex'
import { installedVersion } from '../installed-version.ts'
import type { BenchTool, Place } from '../tool.ts'
import { writeFiles } from '../write-files.ts'

/** knex's migrator with `raw` statements in .cjs files. */
export const tool: BenchTool = {
  name: 'knex',
  version: installedVersion('knex'),
  setup:
    'Client `better-sqlite3`, `.cjs` files with `knex.raw`. It applies in one transaction; the last 100 were applied as a batch of their own, so that one `rollback()` takes them back.',
  recordedSql: 'SELECT count(*) FROM knex_migrations',
  operations: ['apply', 'noop', 'status', 'rollback'],
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, ({ stem, up, down }) => ({
      [`${stem}.cjs`]: `exports.up = ${asFunction(up)}\n\nexports.down = ${asFunction(down)}\n`,
    }))
  },
  library: {
    async apply(place) {
      await withKnex(place, (migrator) => migrator.latest())
    },
    async status(place) {
      const [applied, pending] = await withKnex<unknown[][]>(place, (migrator) => migrator.list())
      return { applied: applied?.length ?? 0, pending: pending?.length ?? 0 }
    },
    async rollback(place) {
      await withKnex(place, (migrator) => migrator.rollback())
    },
  },
}

async function withKnex<T>(place: Place, work: (migrator: Knex.Migrator) => Promise<T>): Promise<T> {
  const database = knex({
    client: 'better-sqlite3',
    connection: { filename: place.database },
    useNullAsDefault: true,
    migrations: { directory: place.migrations, loadExtensions: ['.cjs'] },
  })
  try {
    return await work(database.migrate)
  } finally {
    await database.destroy()
  }
}

function asFunction(statements: readonly string[]): string {
  const lines = statements.map((sql) => `  await knex.raw(${JSON.stringify(sql)})\n`)
  return `async (knex) => {\n${lines.join('')}}`
}
