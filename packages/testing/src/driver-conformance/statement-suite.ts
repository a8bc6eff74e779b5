import { MigrateError } from '@whimbrel/core'
import { expect, it } from 'vitest'
import { addBird, birdIds, type DriverSuite, sessionWithBirds } from './driver-fixture.ts'

/** One statement at a time. */
export function describeStatements(suite: DriverSuite): void {
  it('returns rows with their columns by name', async () => {
    const { session } = await sessionWithBirds(suite)
    await addBird(session, 1, 'whimbrel')
    expect(await session.query('SELECT id, name FROM birds')).toEqual([{ id: 1, name: 'whimbrel' }])
  })

  it('returns no rows as an empty list', async () => {
    const { session } = await sessionWithBirds(suite)
    expect(await session.query('SELECT id FROM birds')).toEqual([])
  })

  it('returns every kind of value as it was bound', async () => {
    const { session } = await sessionWithBirds(suite)
    const values = [7, `O'Hara "x" ; --`, 9_007_199_254_740_993n, new Uint8Array([0, 255])]
    const marks = values.map((_, index) => suite.sql.parameter(index + 1)).join(', ')
    await session.execute(`INSERT INTO birds (id, name, size, song) VALUES (${marks})`, values)
    const [row] = await session.query<Record<string, unknown>>('SELECT id, name, size, song FROM birds')
    expect(row).toMatchObject({ id: 7, name: `O'Hara "x" ; --`, size: 9_007_199_254_740_993n })
    expect(new Uint8Array(row?.song as Uint8Array)).toEqual(new Uint8Array([0, 255]))
  })

  it('returns integers up to 2^53 as numbers and NULL as null', async () => {
    const { session } = await sessionWithBirds(suite)
    await session.execute('INSERT INTO birds (id, name, size) VALUES (1, NULL, 9007199254740991)')
    expect(await session.query('SELECT name, size FROM birds')).toEqual([
      { name: null, size: Number.MAX_SAFE_INTEGER },
    ])
  })

  it('runs a statement that returns rows', async () => {
    const { session } = await sessionWithBirds(suite)
    await session.execute('SELECT id FROM birds')
    expect(await birdIds(session)).toEqual([])
  })

  it('reads the columns that a table has now', async () => {
    const { session } = await sessionWithBirds(suite)
    await addBird(session, 1)
    const before = await session.query<object>('SELECT * FROM birds')
    await session.execute('ALTER TABLE birds ADD COLUMN colour INTEGER')
    const after = await session.query<object>('SELECT * FROM birds')
    expect([Object.keys(before[0] ?? {}).length, Object.keys(after[0] ?? {}).length]).toEqual([4, 5])
  })

  it('refuses two statements at once and runs neither', async () => {
    const { session } = await sessionWithBirds(suite)
    const two = `INSERT INTO birds (id) VALUES (1); INSERT INTO birds (id) VALUES (2)`
    await expect(session.execute(two)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await birdIds(session)).toEqual([])
  })

  it('says in the words of the engine why a statement failed, and what to do', async () => {
    const { session } = await sessionWithBirds(suite)
    const error = await session
      .execute('INSERT INTO no_such_birds (id) VALUES (1)')
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(MigrateError)
    expect(error).toMatchObject({
      code: 'STATEMENT_FAILED',
      message: expect.stringContaining('no_such_birds'),
    })
    expect((error as MigrateError).hint).not.toBe('')
    expect((error as MigrateError).cause).toBeInstanceOf(Error)
  })

  it('reports a broken constraint as a failed statement', async () => {
    const { session } = await sessionWithBirds(suite)
    await addBird(session, 1)
    await expect(addBird(session, 1)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
  })

  it('counts the rows that were changed', async () => {
    const { session } = await sessionWithBirds(suite)
    const before = await session.changes()
    await session.execute(`INSERT INTO birds (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')`)
    await session.execute('DELETE FROM birds WHERE id > 1')
    expect((await session.changes()) - before).toBe(5)
  })
}
