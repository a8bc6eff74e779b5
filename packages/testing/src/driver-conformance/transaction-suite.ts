import { expect, it } from 'vitest'
import { addBird, birdIds, type DriverSuite, sessionWithBirds } from './driver-fixture.ts'

/** Transactions, and transactions inside them. */
export function describeTransactions(suite: DriverSuite): void {
  it('keeps a transaction that resolves and returns its result', async () => {
    const { session } = await sessionWithBirds(suite)
    const result = await session.transaction(async () => {
      await addBird(session, 1)
      return 'kept'
    })
    expect([result, await birdIds(session)]).toEqual(['kept', [1]])
  })

  it('undoes a transaction that rejects and passes its error on', async () => {
    const { session } = await sessionWithBirds(suite)
    const reason = new Error('enough')
    const work = session.transaction(async () => {
      await addBird(session, 1)
      throw reason
    })
    await expect(work).rejects.toBe(reason)
    expect(await birdIds(session)).toEqual([])
  })

  it('keeps what came before a nested transaction that rejects', async () => {
    const { session } = await sessionWithBirds(suite)
    await session.transaction(async () => {
      await addBird(session, 1)
      const nested = session.transaction(async () => {
        await addBird(session, 2)
        throw new Error('enough')
      })
      await nested.catch(() => undefined)
      await addBird(session, 3)
    })
    expect(await birdIds(session)).toEqual([1, 3])
  })

  it('undoes a nested transaction with the one around it', async () => {
    const { session } = await sessionWithBirds(suite)
    const work = session.transaction(async () => {
      await session.transaction(() => addBird(session, 1))
      throw new Error('enough')
    })
    await expect(work).rejects.toThrow('enough')
    expect(await birdIds(session)).toEqual([])
  })

  it('keeps nested transactions of any depth', async () => {
    const { session } = await sessionWithBirds(suite)
    const nest = (depth: number): Promise<void> =>
      session.transaction(async () => {
        await addBird(session, depth)
        if (depth < 5) await nest(depth + 1)
      })
    await nest(1)
    expect(await birdIds(session)).toEqual([1, 2, 3, 4, 5])
  })

  it('undoes schema changes with their transaction where the engine can', async () => {
    const { session } = await sessionWithBirds(suite)
    const work = session.transaction(async () => {
      await session.execute('CREATE TABLE nests (id INTEGER)')
      throw new Error('enough')
    })
    await expect(work).rejects.toThrow('enough')
    const look = session.query('SELECT id FROM nests')
    if (session.capabilities.transactionalDdl)
      await expect(look).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    else expect(await look).toEqual([])
  })

  it('goes on working after a transaction was undone', async () => {
    const { session } = await sessionWithBirds(suite)
    await session
      .transaction(() => addBird(session, 1).then(() => addBird(session, 1)))
      .catch(() => undefined)
    await session.transaction(() => addBird(session, 2))
    expect(await birdIds(session)).toEqual([2])
  })

  it('hides what is not committed from other sessions', async () => {
    const { driver, session } = await sessionWithBirds(suite)
    const other = await driver.session('read')
    await session.transaction(async () => {
      await addBird(session, 1)
      expect(await birdIds(other)).toEqual([])
    })
    expect(await birdIds(other)).toEqual([1])
  })

  it.each(['COMMIT', 'ROLLBACK'])(
    'notices that a statement ended the transaction with %s',
    async (statement) => {
      const { session } = await sessionWithBirds(suite)
      const work = session.transaction(() => session.execute(statement))
      await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_LOST' })
      await session.transaction(() => addBird(session, 2))
      expect(await birdIds(session)).toEqual([2])
    },
  )

  it('notices that a statement ended the transaction and began another', async () => {
    const { session } = await sessionWithBirds(suite)
    const work = session.transaction(() =>
      session.transaction(async () => {
        await session.execute('COMMIT')
        await session.execute('BEGIN')
        await addBird(session, 1)
      }),
    )
    await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_LOST' })
    expect(await birdIds(session)).toEqual([])
  })

  it('refuses two transactions that overlap', async () => {
    const { session } = await sessionWithBirds(suite)
    const results = await Promise.allSettled([
      session.transaction(() => new Promise((resolve) => setTimeout(resolve, 5))),
      session.transaction(() => new Promise((resolve) => setTimeout(resolve, 20))),
    ])
    expect(results.map(({ status }) => status)).toContain('rejected')
    await session.transaction(() => addBird(session, 1))
    expect(await birdIds(session)).toEqual([1])
  })

  it('refuses to switch foreign keys inside a transaction', async () => {
    const { session } = await sessionWithBirds(suite)
    const work = session.transaction(() =>
      session.transaction(() => addBird(session, 1), { foreignKeys: true }),
    )
    await expect(work).rejects.toMatchObject({ code: 'USAGE' })
  })
}
