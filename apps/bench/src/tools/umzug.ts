import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Umzug, type UmzugStorage } from 'umzug'
import { asScript } from '../generate.ts'
import { installedVersion } from '../installed-version.ts'
import type { BenchTool, Place } from '../tool.ts'
import { writeFiles } from '../write-files.ts'

/** umzug with SQL files and its storage in a table of the same database. */
export const tool: BenchTool = {
  name: 'umzug',
  version: installedVersion('umzug'),
  setup:
    '`.up.sql` and `.down.sql` files with the resolver of its documentation over better-sqlite3, storage in a table. It opens no transaction.',
  recordedSql: 'SELECT count(*) FROM umzug_migrations',
  operations: ['apply', 'noop', 'status', 'rollback'],
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, ({ stem, up, down }) => ({
      [`${stem}.up.sql`]: asScript(up),
      [`${stem}.down.sql`]: asScript(down),
    }))
  },
  library: {
    async apply(place) {
      await withUmzug(place, (umzug) => umzug.up())
    },
    async status(place) {
      return withUmzug(place, async (umzug) => ({
        applied: (await umzug.executed()).length,
        pending: (await umzug.pending()).length,
      }))
    },
    async rollback(place, steps) {
      await withUmzug(place, (umzug) => umzug.down({ step: steps }))
    },
  },
}

async function withUmzug<T>(place: Place, work: (umzug: Umzug<Database.Database>) => Promise<T>): Promise<T> {
  const database = new Database(place.database)
  const run = (path: string) => async () => void database.exec(readFileSync(path, 'utf8'))
  const umzug = new Umzug({
    migrations: {
      glob: ['*.up.sql', { cwd: place.migrations }],
      resolve: ({ name, path = '' }) => ({
        name,
        up: run(path),
        down: run(path.replace('.up.sql', '.down.sql')),
      }),
    },
    context: database,
    storage: tableStorage(database),
    logger: undefined,
  })
  try {
    return await work(umzug)
  } finally {
    database.close()
  }
}

function tableStorage(database: Database.Database): UmzugStorage<Database.Database> {
  database.exec('CREATE TABLE IF NOT EXISTS umzug_migrations (name TEXT PRIMARY KEY)')
  const add = database.prepare('INSERT INTO umzug_migrations (name) VALUES (?)')
  const remove = database.prepare('DELETE FROM umzug_migrations WHERE name = ?')
  const all = database.prepare<[], string>('SELECT name FROM umzug_migrations ORDER BY name').pluck()
  return {
    logMigration: async ({ name }) => void add.run(name),
    unlogMigration: async ({ name }) => void remove.run(name),
    executed: async () => all.all(),
  }
}
