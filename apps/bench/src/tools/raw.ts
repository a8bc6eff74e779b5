import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { installedVersion } from '../installed-version.ts'
import { asSingleFile, downMarker } from '../single-file.ts'
import type { BenchTool, Counts, Place } from '../tool.ts'
import { writeFiles } from '../write-files.ts'

/** The limit: a loop over the driver. */
export const tool: BenchTool = {
  name: 'raw',
  version: installedVersion('better-sqlite3'),
  setup:
    'A loop over better-sqlite3 that reads the same files as whimbrel: one transaction, `exec` of each migration, one tracking row each. Where nothing is pending it reads its tracking rows and lists, reads and SHA-256-hashes every file, the least with which a changed file would be noticed.',
  recordedSql: 'SELECT count(*) FROM schema_version',
  operations: ['apply', 'noop', 'status', 'rollback'],
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, asSingleFile)
  },
  library: {
    async apply(place) {
      const database = new Database(place.database)
      database.exec('BEGIN IMMEDIATE')
      database.exec(
        'CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at TEXT)',
      )
      const applied = new Set(appliedVersions(database))
      const record = database.prepare('INSERT INTO schema_version VALUES (?, ?)')
      for (const [version, file] of filesByVersion(place)) {
        if (applied.has(version)) continue
        database.exec(sections(file)[0])
        record.run(version, new Date().toISOString())
      }
      database.exec('COMMIT')
      database.close()
    },
    async noop(place) {
      look(place)
    },
    async status(place) {
      return look(place)
    },
    async rollback(place, steps) {
      const database = new Database(place.database)
      database.exec('BEGIN IMMEDIATE')
      const forget = database.prepare('DELETE FROM schema_version WHERE version = ?')
      const files = filesByVersion(place)
      for (const version of appliedVersions(database).slice(-steps).reverse()) {
        database.exec(sections(files.get(version) ?? '')[1])
        forget.run(version)
      }
      database.exec('COMMIT')
      database.close()
    },
  },
}

function look(place: Place): Counts {
  const database = new Database(place.database, { readonly: true })
  const applied = appliedVersions(database).length
  database.close()
  const files = filesByVersion(place)
  for (const file of files.values()) createHash('sha256').update(readFileSync(file)).digest('hex')
  return { applied, pending: files.size - applied }
}

function appliedVersions(database: Database.Database): readonly number[] {
  return database.prepare<[], number>('SELECT version FROM schema_version ORDER BY version').pluck().all()
}

function filesByVersion({ migrations }: Place): ReadonlyMap<number, string> {
  const names = readdirSync(migrations).sort()
  return new Map(names.map((name) => [Number.parseInt(name, 10), join(migrations, name)]))
}

function sections(file: string): readonly [up: string, down: string] {
  const [up = '', down = ''] = readFileSync(file, 'utf8').split(downMarker)
  return [up, down]
}
