import { describe, expect, it } from 'vitest'
import type { LintOutput, Output } from '../src/output.ts'
import { outputSchema } from './output-schema.ts'
import { migration, Project, table } from './project.ts'

const users = migration('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);', 'DROP TABLE users;')
const role = migration(
  'ALTER TABLE users ADD COLUMN role TEXT NOT NULL;',
  'ALTER TABLE users DROP COLUMN role;',
)
const noted = migration('CREATE TABLE logins (user_id INTEGER REFERENCES users (id));', 'DROP TABLE logins;')

function codes({ databases }: Output): readonly string[] {
  return databases.flatMap((database) => (database as LintOutput).findings.map(({ code }) => code))
}

describe('lint', () => {
  it('prints what a pending migration would break, file by file, and exits 3', async () => {
    const project = new Project({ app: { '001_users': users } })
    await project.run('up')
    project.exec('app', "INSERT INTO users VALUES (1, 'a')")
    project.migrations('app', { '002_role': role, '003_logins': noted })
    const { exitCode, out, err } = await project.run('lint')
    expect(exitCode).toBe(3)
    expect(err).toBe('')
    expect(out).toBe(`app  1 error, 1 note in 2 migrations
  app/002_role.sql
    error line 3: role would be NULL in the rows that users has: Cannot add a NOT NULL column with default value NULL
      Add DEFAULT with a constant; where there is no sensible one, rebuild the table and give every row its value in the copy
      NOT_NULL_WITHOUT_DEFAULT, see docs/lint.md#not_null_without_default
  app/003_logins.sql
    note line 3: logins has no primary key
      Give it an INTEGER PRIMARY KEY, or a PRIMARY KEY over the columns that name a row
      NO_PRIMARY_KEY, see docs/lint.md#no_primary_key
`)
  })

  it('says with --json the same, with code, level, place and the safe form', async () => {
    const project = new Project({ app: { '001_users': users, '002_role': role } })
    const output = await project.json('lint')
    expect(outputSchema.safeParse(output).error).toBeUndefined()
    expect(output).toMatchObject({ ok: false, exitCode: 3 })
    const [database] = output.databases as LintOutput[]
    expect(database?.linted).toEqual(['001_users', '002_role'])
    expect(database?.findings).toMatchObject([
      { code: 'NOT_NULL_WITHOUT_DEFAULT', level: 'error', migration: '002_role', line: 3, statement: 1 },
    ])
  })

  it('exits 0 with nothing or only notes', async () => {
    const project = new Project({ app: { '001_users': users, '002_logins': noted } })
    const output = await project.json('lint')
    expect(codes(output)).toEqual(['NO_PRIMARY_KEY'])
    expect(output.exitCode).toBe(0)
    await project.run('up')
    expect((await project.run('lint')).out).toBe('app  nothing is pending\n')
  })

  it('looks at every migration with --all, from an empty database on', async () => {
    const project = new Project({ app: { '001_users': users, '002_role': role } })
    await project.run('up')
    expect(codes(await project.json('lint'))).toEqual([])
    expect(codes(await project.json('lint', '--all'))).toContain('NOT_NULL_WITHOUT_DEFAULT')
  })

  it('changes no byte, and makes no database where there is none', async () => {
    const project = new Project({
      app: { '001_users': users },
      other: { '001_a': table('a'), '002_bad': role },
    })
    await project.run('up', '--db', 'app')
    project.migrations('app', { '002_role': role })
    const before = project.snapshot()
    await project.run('lint')
    await project.run('lint', '--all')
    expect(project.snapshot()).toEqual(before)
  })

  it('shows the others when one database cannot be read', async () => {
    const project = new Project({
      broken: { '001_a': table('a') },
      app: { '001_users': users, '002_role': role },
    })
    project.write('broken.db', 'this is not a database, whatever its name says')
    const output = await project.json('lint')
    expect(output.exitCode).toBe(1)
    expect(output.databases).toMatchObject([
      { name: 'broken', findings: [], error: { code: 'DATABASE_INVALID' } },
      { name: 'app', findings: [{ code: 'NOT_NULL_WITHOUT_DEFAULT' }] },
    ])
  })

  it('refuses a file that cannot be read, and exits 2', async () => {
    const project = new Project({ app: { '001_users': users, '002_none': 'SELECT 1;' } })
    const { exitCode, err } = await project.run('lint')
    expect(exitCode).toBe(2)
    expect(err).toContain('002_none')
  })

  it('annotates lines where GitHub runs it, and keeps the document of --json alone', async () => {
    const project = new Project({ app: { '001_users': users, '002_role': role } })
    project.env = { GITHUB_ACTIONS: 'true' }
    const { out } = await project.run('lint')
    expect(out).toContain(
      '\n::error file=app/002_role.sql,line=3,title=NOT_NULL_WITHOUT_DEFAULT::role would be NULL',
    )
    expect(codes(await project.json('lint'))).toEqual(['NOT_NULL_WITHOUT_DEFAULT'])
  })

  it('annotates a file that cannot be read, too', async () => {
    const project = new Project({ app: { '001_users': users, '002_odd': migration("SELECT 'x;") } })
    project.env = { GITHUB_ACTIONS: 'true' }
    const { out, exitCode } = await project.run('lint')
    expect(exitCode).toBe(2)
    expect(out).toMatch(/^::error file=app\/002_odd\.sql,line=3,title=MIGRATION_SQL::/m)
  })

  it('names the option that it does not know', async () => {
    const { exitCode, err } = await new Project({ app: {} }).run('lint', '--al')
    expect(exitCode).toBe(2)
    expect(err).toContain('--all')
  })
})
