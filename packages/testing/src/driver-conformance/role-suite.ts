import { expect, it } from 'vitest'
import { type DriverCase, driverCases } from './driver-case.ts'
import { addBird, birdIds, type DriverSuite, sessionWithBirds } from './driver-fixture.ts'

/** What not every engine has: it is there, or the driver has declared why it is not. */
export function describeRoles(suite: DriverSuite): void {
  const { without, alone } = suite.sql
  const has = (one: DriverCase) => without[one] === undefined
  const titleOf = (one: DriverCase) =>
    `${driverCases[one]}${has(one) ? '' : `: it goes without, because ${without[one]}`}`

  it.each([
    ['scratch', 'scratch'],
    ['copies', 'snapshots'],
    ['keepsDecisions', 'runJournal'],
    ['diagnoses', 'diagnose'],
    ['givesWay', 'busyTimeoutMs'],
  ] as const)('has the role of a driver that its declarations say it has: %s', (one, role) => {
    expect([titleOf(one), suite.fixture().driver()[role] !== undefined]).toEqual([titleOf(one), has(one)])
  })

  it.each([
    ['inspects', 'inspector'],
    ['settles', 'settler'],
    ['prepares', 'twoPhase'],
  ] as const)('has the role of a session that its declarations say it has: %s', async (one, role) => {
    const session = await suite.fixture().driver().session('write')
    expect([titleOf(one), session[role] !== undefined]).toEqual([titleOf(one), has(one)])
  })

  it('knows whether it undoes changes of the schema as its declarations say', async () => {
    const { capabilities } = await suite.fixture().driver().session('write')
    expect(capabilities.transactionalDdl).toBe(has('undoesSchema'))
  })

  it.runIf(has('scratch'))('tries things out where nobody else sees them', async () => {
    const driver = suite.fixture().driver()
    const scratch = await driver.scratch?.()
    await scratch?.execute(suite.sql.createBirds)
    await scratch?.close()
    const { session } = await sessionWithBirds(suite, driver)
    expect(await birdIds(session)).toEqual([])
  })

  it.runIf(has('settles'))('finds out whether a statement outside a transaction took effect', async () => {
    const { session } = await sessionWithBirds(suite)
    const trace = (await session.settler?.trace(alone)) ?? ''
    expect(trace).toMatch(/^\S+$/)
    expect(await session.settler?.settle(alone, trace)).toBe(false)
    await session.execute(alone)
    expect(await session.settler?.settle(alone, trace)).toBe(true)
  })

  it.runIf(has('givesWay'))('says of a lock that was not given that it may be asked for again', async () => {
    const { driver, session } = await sessionWithBirds(suite)
    await addBird(session, 1)
    const other = await driver.session('write')
    const rename = (name: string) => `UPDATE birds SET name = '${name}' WHERE id = 1`
    await session.transaction(async () => {
      await session.execute(rename('wren'))
      await other.transaction(async () => {
        const waiting = other.transaction(() => other.execute(rename('rook')))
        await expect(waiting).rejects.toMatchObject({ code: 'DATABASE_BUSY', details: { transient: true } })
        await addBird(other, 2)
      })
    })
    await other.execute(rename('kite'))
    expect(await session.query('SELECT name FROM birds ORDER BY id')).toEqual([
      { name: 'kite' },
      { name: 'bird 2' },
    ])
  })
}
