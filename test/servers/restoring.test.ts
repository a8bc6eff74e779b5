import { join } from 'node:path'
import { MigrationRunner, plan } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { postgresDriver } from '../../packages/postgres-driver/src/index.ts'
import { migration } from '../fixture.ts'
import { engines } from './engines.ts'
import { postgresMigrations } from './postgres-migrations.ts'
import { ServerProject } from './server-project.ts'

const postgres = (await engines()).find(({ dialect }) => dialect === 'postgres')
const withoutBackup = { backup: { before: 'never' } }
// A role would be one of the whole server.
const migrations = Object.fromEntries(
  Object.entries(postgresMigrations).filter(([id]) => id !== '005_rights'),
)
const rows: Readonly<Record<string, string>> = {
  '001_people': `INSERT INTO people (name, contact, mood, tags, facts)
    VALUES ('Ada', 'ada@example.org', 'happy', '{a,b}', '{"a": 1}'), ('Bo', NULL, 'sad', '{}', '{}')`,
  '002_orders': `INSERT INTO orders (id, person, day, total)
    VALUES ('00000000-0000-4000-8000-000000000001', 1, '2025-05-05', 10), ('00000000-0000-4000-8000-000000000002', 2, '2026-05-05', 5)`,
}

describe.runIf(postgres !== undefined)('up and down of each migration on PostgreSQL', () => {
  const on = (files: Record<string, string>) => {
    if (postgres === undefined) throw new Error('There is no server')
    return ServerProject.on(postgres, files, withoutBackup)
  }

  it('restores the schema, and the rows of the tables that it does not touch', async () => {
    const project = await on(migrations)
    const driver = postgresDriver({ url: project.url })
    const session = await driver.session('read')
    const runner = new MigrationRunner({
      driver,
      tracker: sqlVersionTracker({ dialect: 'postgres' }),
      source: folderSource({ directory: join(project.folder, 'migrations') }),
    })
    // Numbers that the history has counted are none of the migrations'.
    const own = /^(schema_migrations|\(sequences\))/
    const content = async () => {
      const schema = await session.inspector?.schema()
      const { tables = [] } = (await session.inspector?.content()) ?? {}
      return {
        schema: schema?.objects.filter(({ table }) => !own.test(table)),
        tables: tables.filter(({ name }) => !own.test(name)),
      }
    }
    for (const id of Object.keys(migrations)) {
      const before = await content()
      await runner.up({ steps: 1 })
      const after = await content()
      expect(after.schema).not.toEqual(before.schema)
      await runner.run((state) =>
        plan(state, { direction: 'down', versions: [String(Number.parseInt(id, 10))] }),
      )
      expect([id, await content()]).toEqual([id, before])
      await runner.up({ steps: 1 })
      if (rows[id] !== undefined) await project.exec(rows[id])
    }
    await session.close()
    await driver.close()
  })

  it('ends with exit code 1 and is undone where a down leaves a function that no longer works', async () => {
    const project = await on({
      '001_birds': migration('CREATE TABLE birds (id integer);', 'DROP TABLE birds;'),
      '002_count': migration(
        'CREATE FUNCTION birds_there() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM birds $$;',
        'DROP FUNCTION birds_there();',
      ),
    })
    await project.works('up')
    const { exitCode, stderr } = await project.run('down', '--only', '1')
    expect(stderr).toContain(
      'Rolling 001_birds back leaves the function birds_there() broken (relation "birds" does not exist)',
    )
    expect(exitCode).toBe(1)
    expect(await project.tables()).toEqual(['birds'])
    await project.works('down', '--all')
  })

  it('is undone where a cascade takes rows that the migration never names, which a header line lets through', async () => {
    const takes = (header = '') => migration('DELETE FROM nests WHERE id = 1;', 'SELECT 1;', header)
    const project = await on({
      '001_birds': migration(
        `CREATE TABLE nests (id integer PRIMARY KEY);
CREATE TABLE birds (id integer, nest integer REFERENCES nests ON DELETE CASCADE);
INSERT INTO nests VALUES (1), (2);
INSERT INTO birds VALUES (1, 1), (2, 1), (3, 2);`,
        'DROP TABLE birds; DROP TABLE nests;',
      ),
    })
    await project.works('up')
    project.write({ '002_nests': takes() })
    const { exitCode, stderr } = await project.run('up')
    expect(stderr).toContain('002_nests deleted 2 rows of the table birds, which it never names')
    expect(exitCode).toBe(1)
    project.write({ '002_nests': takes('-- Expect-Loss: birds') })
    await project.works('up')
    expect(await project.rows('SELECT id FROM birds')).toEqual([{ id: 3 }])
  })
})
