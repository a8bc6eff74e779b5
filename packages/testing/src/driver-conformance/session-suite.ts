import { MigrateError } from '@whimbrel/core'
import { expect, it } from 'vitest'
import { addBird, birdIds, type DriverSuite, sessionWithBirds } from './driver-fixture.ts'

/** Opening and closing. */
export function describeSessions(suite: DriverSuite): void {
  const makesDatabases = suite.sql.without.makesDatabases === undefined
  it('names its dialect and its place', () => {
    const driver = suite.fixture().driver()
    expect([driver.dialect.name, driver.location].every((text) => text.length > 0)).toBe(true)
  })

  it('exists once somebody opened it for writing', async () => {
    const driver = suite.fixture().driver()
    expect(await driver.exists()).toBe(!makesDatabases)
    const { session } = await sessionWithBirds(suite, driver)
    await session.close()
    expect(await driver.exists()).toBe(true)
  })

  it('makes no database for a reader', async () => {
    const driver = suite.fixture().driver()
    const reading = driver.session('read').then((session) => session.close())
    if (makesDatabases) await expect(reading).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
    else await reading
    expect(await driver.exists()).toBe(!makesDatabases)
  })

  it('keeps its content from session to session', async () => {
    const { driver, session } = await sessionWithBirds(suite)
    await addBird(session, 1)
    await session.close()
    const next = await driver.session('read')
    expect(await birdIds(next)).toEqual([1])
  })

  it('changes nothing in a session for reading', async () => {
    const { driver } = await sessionWithBirds(suite)
    const reader = await driver.session('read')
    await expect(addBird(reader, 1)).rejects.toBeInstanceOf(MigrateError)
    await expect(reader.execute('CREATE TABLE nests (id INTEGER)')).rejects.toBeInstanceOf(MigrateError)
    expect(await birdIds(reader)).toEqual([])
  })

  it('reads in a transaction of a session for reading', async () => {
    const { driver, session } = await sessionWithBirds(suite)
    await addBird(session, 1)
    const reader = await driver.session('read')
    expect(await reader.transaction(() => birdIds(reader))).toEqual([1])
  })

  it('can be closed twice and is of no use afterwards', async () => {
    const { session } = await sessionWithBirds(suite)
    await session.close()
    await session.close()
    await expect(session.execute('SELECT 1')).rejects.toMatchObject({ code: 'USAGE' })
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ code: 'USAGE' })
    await expect(session.transaction(async () => 1)).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('undoes a transaction that is open when the session is closed', async () => {
    const { driver, session } = await sessionWithBirds(suite)
    const work = session.transaction(async () => {
      await addBird(session, 1)
      await session.close()
    })
    await expect(work).rejects.toBeInstanceOf(MigrateError)
    expect(await birdIds(await driver.session('read'))).toEqual([])
  })

  it('closes the sessions that are left when the driver is closed', async () => {
    const { driver, session } = await sessionWithBirds(suite)
    await driver.close()
    await expect(session.execute('SELECT 1')).rejects.toMatchObject({ code: 'USAGE' })
  })
}
