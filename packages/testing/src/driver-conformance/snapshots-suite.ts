import { existsSync } from 'node:fs'
import type { DatabaseContent, Driver, Snapshots } from '@whimbrel/core'
import { expect, it, type TestContext } from 'vitest'
import { addBird, birdIds, type DriverSuite, sessionWithBirds } from './driver-fixture.ts'

/** The optional role of copying whole databases: tested where a driver has it and the fixture has room for files. */
export function describeSnapshots(suite: DriverSuite): void {
  const open = async ({ skip }: TestContext) => {
    const { driver, session } = await sessionWithBirds(suite)
    const { snapshots } = driver
    const path = suite.fixture().file?.('copy')
    if (snapshots === undefined || path === undefined) return skip('it keeps no copies')
    return { driver, session, snapshots, path }
  }

  it('saves what was committed when it begins, and not what comes later', async (context) => {
    const { session, snapshots, path } = await open(context)
    await addBird(session, 1)
    await session.transaction(async () => {
      await addBird(session, 2)
      await snapshots.save(path)
    })
    expect(await birdsIn(snapshots, path)).toEqual([1])
  })

  it('puts saved content in the place of what is there now, for those who have it open, too', async (context) => {
    const { driver, session, snapshots, path } = await open(context)
    await addBird(session, 1)
    const before = await contentOf(driver)
    await snapshots.save(path)
    await addBird(session, 2)
    await session.execute('CREATE TABLE nests (id INTEGER)')
    expect(await contentOf(driver)).not.toEqual(before)
    await snapshots.restore(path)
    expect(await birdIds(session)).toEqual([1])
    expect(await contentOf(driver)).toEqual(before)
  })

  it('overwrites no file, and stops when it is asked to, leaving none', async (context) => {
    const { snapshots, path } = await open(context)
    await snapshots.save(path)
    await expect(snapshots.save(path)).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    const stopped = snapshots.save(`${path}-2`, { signal: { aborted: true } })
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(existsSync(`${path}-2`)).toBe(false)
  })

  it('changes nothing when a restore is stopped', async (context) => {
    const { session, snapshots, path } = await open(context)
    await snapshots.save(path)
    await addBird(session, 1)
    const stopped = snapshots.restore(path, { signal: { aborted: true } })
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(await birdIds(session)).toEqual([1])
  })

  it('tells how far it is, up to the end', async (context) => {
    const { snapshots, path } = await open(context)
    const told: number[][] = []
    await snapshots.save(path, { onProgress: ({ done, total }) => told.push([done, total]) })
    const [done, total] = told.at(-1) ?? []
    expect(done).toBe(total)
    expect(total).toBeGreaterThan(0)
  })

  it('names the engine and its version', async (context) => {
    const { snapshots } = await open(context)
    expect(await snapshots.engine()).toEqual({
      name: expect.stringMatching(/^\w+$/),
      version: expect.stringMatching(/^\d+(\.\d+)+/),
    })
  })
}

async function birdsIn(snapshots: Snapshots, path: string) {
  const session = await snapshots.open(path)
  try {
    return await birdIds(session)
  } finally {
    await session.close()
  }
}

async function contentOf(driver: Driver): Promise<DatabaseContent | undefined> {
  const session = await driver.session('read')
  try {
    return await session.inspector?.content()
  } finally {
    await session.close()
  }
}
