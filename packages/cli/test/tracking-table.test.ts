import { describe, expect, it } from 'vitest'
import { migration, Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const files = { '001_users': table('users'), '002_b': table('b') }

/** A project whose database has this already, made by somebody else. */
function projectOn(sql: string): Project {
  const project = new Project({ app: files })
  project.write('app.db', '')
  project.exec('app', sql)
  return project
}

const every = [['up'], ['status'], ['down'], ['history'], ['validate'], ['plan']]

describe('a table of somebody else under the name of the tracking table', () => {
  it.each<[string, string, RegExp, RegExp]>([
    [
      'five plain columns',
      'CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT, applied_at TEXT, checksum TEXT, execution_time_ms INTEGER)',
      /schema_migrations/,
      /whimbrel baseline/,
    ],
    [
      'dbmate or Rails',
      'CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)',
      /dbmate or Rails/,
      /baseline|"table"/,
    ],
    [
      'golang-migrate',
      'CREATE TABLE schema_migrations (version uint64, dirty bool)',
      /golang-migrate/,
      /baseline|"table"/,
    ],
    ['nobody known', 'CREATE TABLE schema_migrations (colour TEXT, taste TEXT)', /colour.*taste/, /"table"/],
  ])('(%s) is named with a way on, and nothing is created over it', async (_, sql, message, hint) => {
    const project = projectOn(sql)
    for (const argv of every) {
      const error = await expectRefusal(project, argv, {
        code: 'TRACKING_TABLE_FOREIGN',
        exitCode: 3,
        message,
      })
      expect(`${error.message} ${error.hint}`).toMatch(hint)
    }
    expect(project.rows('app', 'SELECT sql FROM sqlite_schema')).toHaveLength(sql.includes('varchar') ? 2 : 1)
  })

  it('with five plain columns is adopted by baseline', async () => {
    const project = projectOn(
      `CREATE TABLE users (id INTEGER PRIMARY KEY);
       CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT, applied_at TEXT, checksum TEXT, execution_time_ms INTEGER);
       INSERT INTO schema_migrations VALUES (1, 'users', '2026-01-02T03:04:05.000Z', 'md5:1', 7)`,
    )
    expect(await project.run('baseline', '1', '--reason', 'taken over')).toMatchObject({ exitCode: 0 })
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    const { databases } = await project.json('status')
    expect(databases).toMatchObject([
      {
        current: '002_b',
        applied: [{ id: '001_users', appliedAt: '2026-01-02T03:04:05.000Z' }, { id: '002_b' }],
      },
    ])
  })

  it('can be left alone with a table name of its own', async () => {
    const project = new Project({ app: files }, { table: 'our_migrations' })
    project.write('app.db', '')
    project.exec(
      'app',
      "CREATE TABLE schema_migrations (colour TEXT); INSERT INTO schema_migrations VALUES ('red')",
    )
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(project.rows('app', 'SELECT * FROM schema_migrations')).toEqual([{ colour: 'red' }])
  })
})

describe('a tracking table with a name that is SQL', () => {
  const name = 'x"; DROP TABLE users; --'

  it('is only a name, for every command', async () => {
    const project = new Project({ app: files }, { table: name })
    const works = async (...argv: readonly string[]) => {
      const { exitCode, err } = await project.run(...argv)
      expect({ argv, exitCode, err: err.replace(/^app: sqlite:app\.db does not exist yet.*\n/, '') }).toEqual(
        {
          argv,
          exitCode: 0,
          err: '',
        },
      )
    }
    await works('up', '--steps', '1')
    await works('status', '--json')
    await works('up')
    await works('history')
    await works('validate')
    await works('plan', '--sql')
    project.migrations('app', { '002_b': migration('CREATE TABLE b (id TEXT);', 'DROP TABLE b;') })
    expect((await project.run('validate')).exitCode).toBe(3)
    await works('accept', '2', '--reason', 'meant')
    await works('validate')
    await works('down', '--force')
    expect(project.objects('app').filter((object) => !object.startsWith('x"'))).toEqual(['users'])
    const tables = project.rows<{ name: string }>(
      'app',
      "SELECT name FROM sqlite_schema WHERE type = 'table'",
    )
    expect(tables.map((row) => row.name)).toEqual(expect.arrayContaining([name, `${name}_history`, 'users']))
  })

  it('is protected from migrations, too', async () => {
    const project = new Project({ app: { '001_x': table('"x""; DROP TABLE users; --"') } }, { table: name })
    await expectRefusal(project, ['up'], { code: 'MIGRATION_FORBIDDEN', exitCode: 2 })
  })
})
