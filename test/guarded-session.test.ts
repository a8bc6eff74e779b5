import type { CodeSession, HookContext, Hooks } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const users = migration('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);', 'DROP TABLE users;')
const roles = migration('CREATE TABLE roles (id INTEGER PRIMARY KEY);', 'DROP TABLE roles;')
const soon = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A run with one migration and a hook after it. */
function withHook(work: (session: CodeSession) => unknown) {
  const fixture = new Fixture({ '001_users': users })
  const after = ({ session }: HookContext) => work(session) as Promise<void>
  return { fixture, running: fixture.up({ hooks: { after } }) }
}

describe('the session of a hook', () => {
  it('executes and queries with values, and has savepoints', async () => {
    const { fixture, running } = withHook(async (session) => {
      await session.execute('INSERT INTO users VALUES (?, ?)', [1, 'a;b'])
      await session.execute("INSERT INTO users (name) VALUES ('why? :because @all $5')")
      const undone = session.transaction(async () => {
        await session.execute('DELETE FROM users')
        throw new Error('no')
      })
      await expect(undone).rejects.toThrow('no')
      await session.transaction(() => session.execute('UPDATE users SET name = ? WHERE id = 1', ['b']))
      expect(await session.query('SELECT id FROM users WHERE name = ?', ['b'])).toEqual([{ id: 1 }])
    })
    await running
    expect(fixture.rows('SELECT id, name FROM users')).toEqual([
      { id: 1, name: 'b' },
      { id: 2, name: 'why? :because @all $5' },
    ])
  })

  it.each([
    ['COMMIT', /COMMIT, would begin or end the transaction/],
    ['/* quietly */ rollback', /ROLLBACK, would begin or end the transaction/],
    ['BEGIN', /BEGIN/],
    ['END', /END/],
    ['SAVEPOINT mine', /SAVEPOINT/],
    ['RELEASE mine', /RELEASE/],
    ["ATTACH 'other.db' AS other", /ATTACH, would reach into another database file/],
    ['PRAGMA foreign_keys = off', /PRAGMA foreign_keys, does nothing inside a transaction/],
    ['PRAGMA writable_schema = on', /writable_schema/],
    ['VACUUM', /VACUUM, cannot run inside a transaction/],
    ['DELETE FROM schema_migrations', /would change schema_migrations/],
    ['DROP TABLE "schema_migrations_history"', /would change schema_migrations_history/],
    ["SELECT 'open", /is not closed|unterminated|never/i],
  ])('refuses %s by the rules for migrations, and the migration is undone', async (sql, message) => {
    for (const use of ['execute', 'query'] as const) {
      const { fixture, running } = withHook((session) => session[use](sql))
      const { error, report } = await failure(running)
      expect(error).toMatchObject({ code: 'HOOK_FAILED', exitCode: 1, details: { migration: '001_users' } })
      expect(error.message).toMatch(message)
      expect(report?.steps).toMatchObject([{ outcome: 'failed' }])
      expect(fixture.objects()).toEqual([])
    }
  })

  it('never says undone of something that stays', async () => {
    const { fixture, running } = withHook(async (session) => {
      await session.execute('CREATE TABLE stays (id INTEGER)')
      await session.execute('COMMIT')
    })
    await failure(running)
    expect(fixture.objects()).toEqual([])
  })

  it('follows the rules for statements outside a transaction where the migration runs outside one', async () => {
    const fixture = new Fixture({ '001_users': `-- Transaction: none\n${users}` })
    const hooks: Hooks = {
      before: ({ session }) => session.execute('VACUUM'),
      after: ({ session }) => session.execute('BEGIN'),
    }
    const { error } = await failure(fixture.up({ hooks }))
    expect(error.message).toMatch(
      /^The after hook of 001_users failed: .*BEGIN, would open or end a transaction/,
    )
    expect(error.details.hook).toBe('after')
  })

  it('ends with its hook: a promise that nobody awaits cannot write into the next migration', async () => {
    const fixture = new Fixture({ '001_users': users, '002_roles': roles })
    let late: Promise<unknown> = Promise.resolve()
    const hooks: Hooks = {
      after({ step, session }) {
        if (step.id === '001_users') late = soon().then(() => session.execute('DROP TABLE users'))
      },
      // Here the other migration is under way, and the connection is in the middle of a transaction.
      before: ({ step }) =>
        (step.id === '002_roles' ? late.then(undefined, () => {}) : undefined) as Promise<void>,
    }
    expect(await fixture.up({ hooks })).toMatchObject({ outcome: 'migrated', findings: [] })
    await expect(late).rejects.toMatchObject({
      code: 'USAGE',
      message: 'The after hook of 001_users used its session after it had ended',
    })
    expect(fixture.objects()).toEqual(['roles', 'users'])
  })

  it('cannot write after the commit, and what fails then is nobody else’s failure', async () => {
    const fixture = new Fixture({ '001_users': users })
    let kept: CodeSession | undefined
    const after = ({ session }: HookContext) => {
      kept = session
    }
    await fixture.up({ hooks: { after } })
    await expect(kept?.execute('DROP TABLE users')).rejects.toMatchObject({ code: 'USAGE' })
    await expect(kept?.query('SELECT 1')).rejects.toMatchObject({ code: 'USAGE' })
    await expect(kept?.transaction(soon)).rejects.toMatchObject({ code: 'USAGE' })
    expect(fixture.objects()).toEqual(['users'])
  })

  it.each([
    ['a statement', (session: CodeSession) => void session.execute('INSERT INTO users VALUES (1, NULL)')],
    [
      'a statement that fails',
      (session: CodeSession) => void session.execute('INSERT INTO nowhere VALUES (1)'),
    ],
    ['a transaction', (session: CodeSession) => void session.transaction(soon).catch(() => {})],
    [
      'a statement in forEach',
      (session: CodeSession) =>
        [1, 2].forEach(async (id) => {
          await session.execute('INSERT INTO users VALUES (?, NULL)', [id])
        }),
    ],
  ])('undoes the migration when %s is not awaited', async (_, work) => {
    const { fixture, running } = withHook(work)
    const { error } = await failure(running)
    expect(error).toMatchObject({ code: 'HOOK_FAILED' })
    expect(error.message).toMatch(/returned before everything that it began with its session had ended/)
    expect(fixture.objects()).toEqual([])
    await fixture.up()
    expect(fixture.rows('SELECT * FROM users')).toEqual([])
  })

  it('has no way to close the connection', async () => {
    const { running } = withHook((session) => (session as unknown as { close(): void }).close())
    expect((await failure(running)).error).toMatchObject({ code: 'HOOK_FAILED' })
  })
})
