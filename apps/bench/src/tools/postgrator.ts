import Database from 'better-sqlite3'
import Postgrator from 'postgrator'
import { asScript } from '../generate.ts'
import { installedVersion } from '../installed-version.ts'
import type { BenchTool, Place } from '../tool.ts'
import { writeFiles } from '../write-files.ts'

/** postgrator with its sqlite3 dialect over better-sqlite3. */
export const tool: BenchTool = {
  name: 'postgrator',
  version: installedVersion('postgrator'),
  setup:
    'Dialect `sqlite3` over better-sqlite3, `.do.sql` and `.undo.sql` files, checksum validation on as by default. It opens no transaction.',
  recordedSql: 'SELECT count(*) FROM schemaversion WHERE version > 0',
  operations: ['apply', 'noop', 'status', 'rollback'],
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, ({ version, stem, up, down }) => ({
      [`${version}.do.${stem}.sql`]: asScript(up),
      [`${version}.undo.${stem}.sql`]: asScript(down),
    }))
  },
  library: {
    async apply(place) {
      await withPostgrator(place, (postgrator) => postgrator.migrate())
    },
    async status(place) {
      return withPostgrator(place, async (postgrator) => {
        const applied = await postgrator.getDatabaseVersion()
        return { applied, pending: (await postgrator.getMaxVersion()) - applied }
      })
    },
    async rollback(place, steps) {
      await withPostgrator(place, async (postgrator) => {
        await postgrator.migrate(String((await postgrator.getDatabaseVersion()) - steps))
      })
    },
  },
}

async function withPostgrator<T>(place: Place, work: (postgrator: Postgrator) => Promise<T>): Promise<T> {
  const database = new Database(place.database)
  const postgrator = new Postgrator({
    driver: 'sqlite3',
    migrationPattern: `${place.migrations}/*`,
    execQuery: async (sql) => {
      const statement = database.prepare(sql)
      if (statement.reader) return { rows: statement.all() }
      statement.run()
      return { rows: [] }
    },
    execSqlScript: async (sql) => void database.exec(sql),
  })
  try {
    return await work(postgrator)
  } finally {
    database.close()
  }
}
