import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { installedVersion } from '../../installed-version.ts'
import { asSingleFile, downMarker } from '../../single-file.ts'
import { writeFiles } from '../../write-files.ts'
import type { ServerPlace, ServerTool } from '../server-tool.ts'

const recordTable =
  'CREATE TABLE IF NOT EXISTS schema_version (version bigint PRIMARY KEY, applied_at varchar(30))'

/** The limit: a loop over the client. */
export const raw: ServerTool = {
  name: 'raw',
  version: `${installedVersion('pg')} and mysql2 ${installedVersion('mysql2')}`,
  setup:
    'A loop over `pg` or `mysql2` that reads and hashes the same files as whimbrel. PostgreSQL: each migration as one message, its record as another; `BEGIN` and `COMMIT` around each, or around all. MariaDB: each statement as a message, and the record behind the migration.',
  sharings: { PostgreSQL: ['each', 'all'], MariaDB: ['statements'] },
  recordedSql: 'SELECT count(*) FROM schema_version',
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, asSingleFile)
  },
  up: (place) => (place.sharing === 'statements' ? onMysql(place) : onPostgres(place)),
}

/** The hardest limit of a commit each: one message holds a migration and its record, and is one transaction. */
export const rawOneMessage: ServerTool = {
  ...raw,
  name: 'raw, one message each',
  setup:
    'The same with migration and record in one message, which PostgreSQL makes a transaction of: a single round trip. An error in it says no statement.',
  sharings: { PostgreSQL: ['each'] },
  async up({ url, migrations }) {
    const client = new pg.Client(url)
    await client.connect()
    for (const { version, up } of await pendingOn(client, migrations))
      await client.query(
        `${up}; INSERT INTO schema_version VALUES (${version}, '${new Date().toISOString()}')`,
      )
    await client.end()
  },
}

async function onPostgres({ url, migrations, sharing }: ServerPlace): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  const pending = await pendingOn(client, migrations)
  if (sharing === 'all' && pending.length > 0) await client.query('BEGIN')
  for (const { version, up } of pending) {
    if (sharing === 'each') await client.query('BEGIN')
    await client.query(up)
    await client.query('INSERT INTO schema_version VALUES ($1, $2)', [version, new Date().toISOString()])
    if (sharing === 'each') await client.query('COMMIT')
  }
  if (sharing === 'all' && pending.length > 0) await client.query('COMMIT')
  await client.end()
}

async function pendingOn(client: pg.Client, folder: string): Promise<readonly RawMigration[]> {
  await client.query(recordTable)
  const { rows } = await client.query<{ version: string }>('SELECT version FROM schema_version')
  return pendingIn(folder, rows)
}

async function onMysql({ url, migrations }: ServerPlace): Promise<void> {
  const client = await mysql.createConnection(url)
  await client.query(recordTable)
  const [rows] = await client.query<mysql.RowDataPacket[]>('SELECT version FROM schema_version')
  for (const { version, up } of pendingIn(migrations, rows as { version: number }[])) {
    // No statement of the generated migrations has this inside.
    for (const statement of up.split(/;\n/)) if (statement.trim() !== '') await client.query(statement)
    const at = new Date().toISOString()
    await client.query('INSERT INTO schema_version VALUES (?, ?)', [version, at])
  }
  await client.end()
}

interface RawMigration {
  readonly version: number
  readonly up: string
}

/** Every file is read and hashed, the least with which a changed one would be noticed. */
function pendingIn(
  folder: string,
  applied: readonly { version: string | number }[],
): readonly RawMigration[] {
  const done = new Set(applied.map(({ version }) => Number(version)))
  const pending: RawMigration[] = []
  for (const name of readdirSync(folder).sort()) {
    const text = readFileSync(join(folder, name), 'utf8')
    createHash('sha256').update(text).digest('hex')
    const version = Number.parseInt(name, 10)
    const [up = ''] = text.split(downMarker)
    if (!done.has(version)) pending.push({ version, up: up.replace(/^-- .*\n/, '').trimEnd() })
  }
  return pending
}
