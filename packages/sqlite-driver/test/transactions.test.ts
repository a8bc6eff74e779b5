import { describe, expect, it } from 'vitest'
import { eachTestInItsPlace } from './open-session.ts'

const place = eachTestInItsPlace()

async function withFamilies() {
  const session = await place.current().session()
  await session.execute('CREATE TABLE parents (id INTEGER PRIMARY KEY, name UNIQUE)')
  await session.execute('CREATE TABLE children (parent REFERENCES parents (id) ON DELETE CASCADE)')
  await session.execute("INSERT INTO parents VALUES (1, 'one')")
  await session.execute('INSERT INTO children VALUES (1)')
  const count = async (table: string) =>
    (await session.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n
  const pragma = async (name: string) =>
    Object.values((await session.query<object>(`PRAGMA ${name}`))[0] ?? {})[0]
  return { session, count, pragma }
}

describe('foreign keys', () => {
  it('are off in a transaction and on again after it', async () => {
    const { session, count, pragma } = await withFamilies()
    expect(await pragma('foreign_keys')).toBe(1)
    await session.transaction(async () => {
      expect(await pragma('foreign_keys')).toBe(0)
      await session.execute('DELETE FROM parents')
    })
    expect([await pragma('foreign_keys'), await count('children')]).toEqual([1, 1])
  })

  it('are enforced in a transaction that asks for it', async () => {
    const { session, count } = await withFamilies()
    await session.transaction(() => session.execute('DELETE FROM parents'), { foreignKeys: true })
    expect(await count('children')).toBe(0)
  })

  it('are on again after a transaction that failed', async () => {
    const { session, pragma } = await withFamilies()
    await session.transaction(() => session.execute('nonsense')).catch(() => undefined)
    expect(await pragma('foreign_keys')).toBe(1)
  })

  it('that are deferred and violated at the commit undo the transaction', async () => {
    const { session, count } = await withFamilies()
    await session.execute('CREATE TABLE late (parent REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)')
    const work = session.transaction(() => session.execute('INSERT INTO late VALUES (99)'), {
      foreignKeys: true,
    })
    await expect(work).rejects.toMatchObject({ code: 'FOREIGN_KEYS_VIOLATED', details: { commit: true } })
    expect(await count('late')).toBe(0)
  })
})

describe('a transaction that takes the connection as it is', () => {
  it('leaves every setting as the statements before have set it', async () => {
    const { session, count, pragma } = await withFamilies()
    await session.execute('PRAGMA recursive_triggers = 1')
    await session.execute('PRAGMA busy_timeout = 123')
    await session.transaction(
      async () => {
        expect(await pragma('recursive_triggers')).toBe(1)
        expect(await pragma('foreign_keys')).toBe(1)
        await session.execute('DELETE FROM parents')
      },
      { asIs: true },
    )
    expect([await pragma('recursive_triggers'), await pragma('busy_timeout')]).toEqual([1, 123])
    expect(await count('children')).toBe(0)
  })

  it('leaves foreign keys off where a statement has switched them off, also when it fails', async () => {
    const { session, count, pragma } = await withFamilies()
    await session.execute('PRAGMA foreign_keys = OFF')
    await session.transaction(() => session.execute('DELETE FROM parents'), { asIs: true })
    await session.transaction(() => session.execute('nonsense'), { asIs: true }).catch(() => undefined)
    expect([await pragma('foreign_keys'), await count('children')]).toEqual([0, 1])
    await session.transaction(() => session.execute('SELECT 1'))
    expect(await pragma('foreign_keys')).toBe(1)
  })

  it('is the outermost one, and is not told about foreign keys', async () => {
    const { session } = await withFamilies()
    const nothing = async () => undefined
    const inside = session.transaction(() => session.transaction(nothing, { asIs: true }))
    await expect(inside).rejects.toMatchObject({ code: 'USAGE' })
    const both = session.transaction(nothing, { asIs: true, foreignKeys: true })
    await expect(both).rejects.toMatchObject({ code: 'USAGE' })
  })
})

describe('a transaction that a statement ends', () => {
  it('is lost with ON CONFLICT ROLLBACK, and the first error is told', async () => {
    const { session, count } = await withFamilies()
    const work = session.transaction(async () => {
      await session.execute("INSERT INTO parents VALUES (2, 'two')")
      await session.transaction(() => session.execute("INSERT OR ROLLBACK INTO parents VALUES (3, 'one')"))
    })
    await expect(work).rejects.toMatchObject({
      code: 'TRANSACTION_LOST',
      message: expect.stringContaining('UNIQUE constraint failed: parents.name'),
      cause: { code: 'STATEMENT_FAILED' },
      details: { engineCode: 'SQLITE_CONSTRAINT_UNIQUE' },
    })
    expect(await count('parents')).toBe(1)
  })

  it('is lost with RAISE(ROLLBACK)', async () => {
    const { session } = await withFamilies()
    await session.execute(
      "CREATE TRIGGER guard BEFORE DELETE ON parents BEGIN SELECT RAISE(ROLLBACK, 'parents stay'); END",
    )
    const work = session.transaction(() => session.execute('DELETE FROM parents'))
    await expect(work).rejects.toMatchObject({
      code: 'TRANSACTION_LOST',
      message: expect.stringContaining('parents stay'),
    })
  })

  it('runs no further statement, although the caller goes on', async () => {
    const { session, count } = await withFamilies()
    const work = session.transaction(async () => {
      await session.transaction(() => session.execute('COMMIT')).catch(() => undefined)
      await session.execute("INSERT INTO parents VALUES (2, 'two')")
    })
    await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_LOST' })
    expect(await count('parents')).toBe(1)
  })

  it('is told as lost by every transaction around it, although the caller goes on', async () => {
    const { session } = await withFamilies()
    const work = session.transaction(async () => {
      await session
        .transaction(() => session.execute("INSERT OR ROLLBACK INTO parents VALUES (3, 'one')"))
        .catch(() => undefined)
    })
    await expect(work).rejects.toMatchObject({
      code: 'TRANSACTION_LOST',
      message: expect.stringContaining('UNIQUE constraint failed'),
    })
  })

  it.each(['END', 'ROLLBACK', 'COMMIT'])(
    'is lost with %s and BEGIN, which look like nothing happened',
    async (word) => {
      const handle = place.current().handle()
      const session = await place.current().session('write', { handle })
      await session.execute('CREATE TABLE t (x)')
      const swap = async () => {
        handle.exec(`${word}; BEGIN; INSERT INTO t VALUES (1)`)
      }
      await expect(session.transaction(swap)).rejects.toMatchObject({ code: 'TRANSACTION_LOST' })
      await expect(session.transaction(() => session.transaction(swap))).rejects.toMatchObject({
        code: 'TRANSACTION_LOST',
      })
      const failing = session.transaction(async () => {
        await swap()
        throw new Error('first')
      })
      await expect(failing).rejects.toMatchObject({ code: 'TRANSACTION_LOST', cause: { message: 'first' } })
      expect(await session.query('SELECT x FROM t')).toEqual([])
      expect(await session.transaction(async () => 'works')).toBe('works')
    },
  )

  it('that only fails is no loss, and its error is passed on', async () => {
    const { session } = await withFamilies()
    const work = session.transaction(async () => {
      await session.execute('SELECT x FROM nowhere')
    })
    await expect(work).rejects.toMatchObject({ code: 'STATEMENT_FAILED', message: 'no such table: nowhere' })
  })
})

describe('settings', () => {
  it('that a statement changed are as before when its transaction ends', async () => {
    const { session, pragma } = await withFamilies()
    await session.transaction(async () => {
      await session.transaction(async () => {
        await session.execute('PRAGMA legacy_alter_table = ON')
        await session.execute('/* aside */ PRAGMA ignore_check_constraints = ON')
        await session.execute('PRAGMA case_sensitive_like = ON')
        expect(await pragma('legacy_alter_table')).toBe(1)
      })
      expect([await pragma('legacy_alter_table'), await pragma('ignore_check_constraints')]).toEqual([0, 0])
      expect(await session.query("SELECT 'a' LIKE 'A' AS same")).toEqual([{ same: 1 }])
    })
    expect([await pragma('foreign_keys'), await pragma('busy_timeout')]).toEqual([1, 200])
  })

  it('that a statement changed are as before when its transaction is undone', async () => {
    const { session, pragma } = await withFamilies()
    const work = session.transaction(async () => {
      await session.execute('PRAGMA query_only = ON')
      await session.execute('nonsense')
    })
    await expect(work).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await pragma('query_only')).toBe(0)
  })

  it('that were changed outside a transaction are as before when the next one begins', async () => {
    const { session, pragma } = await withFamilies()
    await session.execute('PRAGMA foreign_keys = OFF')
    await session.execute('PRAGMA recursive_triggers = ON')
    await session.transaction(async () => {
      expect(await pragma('recursive_triggers')).toBe(0)
    })
    expect(await pragma('foreign_keys')).toBe(1)
  })

  it('make a run survive a loss of power', async () => {
    const { pragma } = await withFamilies()
    expect([await pragma('synchronous'), await pragma('journal_mode')]).toEqual([3, 'wal'])
  })
})

describe('another connection in the way', () => {
  it('is waited for before the transaction begins', async () => {
    const { session } = await withFamilies()
    const other = place.current().handle()
    other.exec('BEGIN IMMEDIATE')
    setTimeout(() => other.exec('COMMIT'), 20)
    expect(await session.transaction(async () => 'done')).toBe('done')
  })

  it('is waited for at the commit, without throwing the work away', async () => {
    const session = await place
      .current()
      .session('write', { pragmas: { journal_mode: 'DELETE' }, busyTimeoutMs: 5000 })
    await session.execute('CREATE TABLE t (x)')
    await session.execute('INSERT INTO t VALUES (1), (2)')
    const reader = place.current().handle().prepare('SELECT x FROM t').iterate()
    reader.next()
    let runs = 0
    const work = session.transaction(async () => {
      runs += 1
      await session.execute('INSERT INTO t VALUES (3)')
      setTimeout(() => reader.return?.(), 30)
    })
    await work
    expect([runs, await session.query('SELECT count(*) AS n FROM t')]).toEqual([1, [{ n: 3 }]])
  })

  it('that stays at the commit is reported, and nothing is kept', async () => {
    const session = await place
      .current()
      .session('write', { pragmas: { journal_mode: 'DELETE' }, busyTimeoutMs: 40 })
    await session.execute('CREATE TABLE t (x)')
    await session.execute('INSERT INTO t VALUES (1), (2)')
    const reader = place.current().handle().prepare('SELECT x FROM t').iterate()
    reader.next()
    await expect(
      session.transaction(() => session.execute('INSERT INTO t VALUES (3)')),
    ).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
      exitCode: 4,
      details: { commit: true, waitedMs: expect.any(Number) },
    })
    reader.return?.()
    expect(await session.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 2 }])
  })

  it('keeps the journal mode from being changed, and is named as the reason', async () => {
    const other = place.current().handle()
    other.exec('CREATE TABLE t (x); BEGIN IMMEDIATE')
    await expect(place.current().session('write', { busyTimeoutMs: 30 })).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
      message: expect.stringContaining('journal mode'),
    })
  })
})
