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
      'a transaction that never ends',
      async (session: CodeSession) => {
        session.transaction(() => session.transaction(() => new Promise(() => {}))).catch(() => {})
        await session.execute('INSERT INTO users VALUES (1, NULL)')
      },
    ],
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

  it('runs statements that are begun together one after the other', async () => {
    const { fixture, running } = withHook(async (session) => {
      await Promise.all([
        session.execute('CREATE TABLE notes (id INTEGER PRIMARY KEY)'),
        session.execute('CREATE INDEX notes_by_id ON notes (id)'),
        session.execute('INSERT INTO notes VALUES (1)'),
        session.execute('UPDATE notes SET id = 2'),
      ])
      expect(await session.query('SELECT id FROM notes')).toEqual([{ id: 2 }])
    })
    await running
    expect(fixture.objects()).toEqual(['notes', 'notes_by_id', 'users'])
  })

  it('keeps what a hook for errors does, unless that fails, too', async () => {
    const broken = migration('INSERT INTO nowhere VALUES (1);')
    for (const ends of [() => {}, () => Promise.reject(new Error('no'))]) {
      const fixture = new Fixture({ '001_users': users, '002_broken': broken })
      const error: Hooks['error'] = async ({ session, step }) => {
        await session.execute('INSERT INTO users (name) VALUES (?)', [step.id])
        await ends()
      }
      const { error: thrown } = await failure(fixture.up({ hooks: { error } }))
      expect(thrown.code).toBe('STATEMENT_FAILED')
      const names = fixture.rows('SELECT name FROM users')
      expect(names).toEqual(thrown.details.hookError === undefined ? [{ name: '002_broken' }] : [])
    }
  })

  it('is refused, and the hook for errors is called all the same, where the transaction is gone', async () => {
    const trigger = `CREATE TRIGGER ends BEFORE INSERT ON users BEGIN SELECT RAISE(ROLLBACK, 'gone'); END;`
    const fixture = new Fixture({
      '001_users': users,
      '002_ends': migration(`${trigger}\nINSERT INTO users VALUES (1, NULL);`),
    })
    let called = 0
    const error: Hooks['error'] = async ({ session }) => {
      called += 1
      await session.execute('CREATE TABLE stays (id INTEGER)')
    }
    const { error: thrown } = await failure(fixture.up({ hooks: { error } }))
    expect(called).toBe(1)
    expect(thrown.details.hookError).toMatchObject({ code: 'TRANSACTION_LOST' })
    expect(fixture.objects()).toEqual([])
  })

  it('has no way to close the connection', async () => {
    const { running } = withHook((session) => (session as unknown as { close(): void }).close())
    expect((await failure(running)).error).toMatchObject({ code: 'HOOK_FAILED' })
  })
})

describe('foreign keys, which are not enforced inside a migration,', () => {
  const tree = migration(
    `CREATE TABLE parents (id INTEGER PRIMARY KEY);
CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id));
CREATE TABLE visits (id INTEGER PRIMARY KEY, child INTEGER REFERENCES children (id));
INSERT INTO parents VALUES (1);
INSERT INTO children VALUES (1, 1);`,
  )
  const orphan = 'INSERT INTO children VALUES (?, 9)'

  async function after(work: (session: CodeSession) => Promise<void>, prepare?: string) {
    const fixture = new Fixture({ '001_tree': tree })
    await fixture.up()
    if (prepare !== undefined) fixture.exec(`PRAGMA foreign_keys = off; ${prepare}`)
    fixture.write({ '002_roles': roles })
    return { fixture, running: fixture.up({ hooks: { after: ({ session }) => work(session) } }) }
  }

  it.each<[string, (session: CodeSession) => Promise<void>]>([
    ['adds a row without a parent', (session) => session.execute(orphan, [2])],
    ['does so in a savepoint', (session) => session.transaction(() => session.execute(orphan, [2]))],
    [
      'deletes the parent of a row, after other statements of the same table',
      async (session) => {
        await session.execute('INSERT INTO parents VALUES (2)')
        await session.execute('DELETE FROM parents WHERE id = 1')
      },
    ],
    [
      'does so before a savepoint that is undone',
      async (session) => {
        await session.execute(orphan, [2])
        await session.transaction(() => Promise.reject(new Error('no'))).catch(() => {})
      },
    ],
    [
      'does so after a savepoint that was undone',
      async (session) => {
        const undone = session.transaction(async () => {
          await session.execute(orphan, [2])
          throw new Error('no')
        })
        await undone.catch(() => {})
        await session.execute(orphan, [3])
      },
    ],
    ['drops the parents', (session) => session.execute('DROP TABLE parents')],
    [
      'empties a table that it has made',
      async (session) => {
        await session.execute('CREATE TABLE owners (id INTEGER PRIMARY KEY)')
        await session.execute('CREATE TABLE pets (owner INTEGER REFERENCES owners (id))')
        await session.execute('INSERT INTO pets VALUES (1)')
      },
    ],
  ])('undo it when a hook %s', async (_, work) => {
    const { fixture, running } = await after(work)
    const { error } = await failure(running)
    expect(error).toMatchObject({ code: 'FOREIGN_KEYS_VIOLATED', details: { hook: 'after' } })
    expect(error.message).toMatch(/^The after hook of 002_roles failed: 002_roles breaks foreign keys/)
    expect(fixture.objects()).toEqual(['children', 'parents', 'visits'])
    expect(fixture.rows('SELECT * FROM children')).toEqual([{ id: 1, parent: 1 }])
  })

  it('keep out a change of the schema that breaks them, also when the hook takes no notice', async () => {
    const { fixture, running } = await after((session) =>
      session
        .execute('DROP TABLE parents')
        .catch((error) => expect(error.code).toBe('FOREIGN_KEYS_VIOLATED')),
    )
    await running
    expect(fixture.objects()).toEqual(['children', 'parents', 'roles', 'visits'])
  })

  it('may be satisfied later in the hook', async () => {
    const { running } = await after(async (session) => {
      await session.execute("INSERT INTO children SELECT 2, 9 WHERE 'create and drop' != ''")
      await session.execute('INSERT INTO parents VALUES (9)')
    })
    expect(await running).toMatchObject({ outcome: 'migrated' })
  })

  it('are not the fault of a hook where they were broken before', async () => {
    const { running } = await after(
      (session) => session.execute('INSERT INTO children VALUES (3, 1)'),
      'INSERT INTO children VALUES (2, 9)',
    )
    expect(await running).toMatchObject({ outcome: 'migrated' })
  })

  it('are enforced in the transactions of a hook outside one', async () => {
    const fixture = new Fixture({ '001_tree': tree })
    const afterRun: Hooks['afterRun'] = ({ session }) =>
      session.transaction(() => session.transaction(() => session.execute(orphan, [2])))
    const { findings } = await fixture.up({ hooks: { afterRun } })
    expect(findings).toMatchObject([{ details: { hook: 'afterRun' } }])
    expect(findings[0]?.message).toMatch(/FOREIGN KEY/i)
    expect(fixture.rows('SELECT * FROM children')).toHaveLength(1)
  })
})
