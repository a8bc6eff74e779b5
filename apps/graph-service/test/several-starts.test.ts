import { setTimeout as sleep } from 'node:timers/promises'
import { MigrateError } from '@whimbrel/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Installation } from './installation.ts'

/** Takes long enough to be met in the middle. */
const slow = `CREATE TABLE slow AS
  WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 6000000)
  SELECT max(n) AS n FROM numbers;`

let place: Installation

beforeEach(() => {
  place = new Installation()
})

afterEach(() => place.remove())

describe('two processes at once', () => {
  it('both come up, and every migration is applied once', async () => {
    const services = [place.start(), place.start()]
    for (const { status } of await Promise.all(services.map((service) => service.health()))) {
      expect(status).toBe(200)
    }
    for (const name of place.names) {
      const applied = (await place.history(name)).filter(({ outcome }) => outcome === 'applied')
      expect(applied.map(({ id }) => id).sort()).toEqual(place.ids(name))
    }
  })

  it('wait for each other inside a migration without a transaction, too', async () => {
    place.write('settings', '900_slow', { up: slow, header: '-- Transaction: none' })
    const first = place.start()
    await begun('settings', '900_slow')
    const second = place.start()
    await second.logged('settings: waiting for "graph-service"')
    await Promise.all([first.ready(), second.ready()])
    expect(second.stderr).not.toContain('900_slow')
  })

  it('end with 130 when they are asked to stop while they wait', async () => {
    await place.migrate()
    place.write('settings', '900_more', { up: 'CREATE TABLE more (id);' })
    const owner = { host: 'elsewhere', pid: 4711, command: 'nightly job', since: new Date().toISOString() }
    const lock = await place.driver('settings').lock(owner, { timeoutMs: 0 })
    const waiting = place.start()
    await waiting.logged('waiting for "nightly job" (process 4711 on elsewhere)')
    expect(await waiting.stop()).toEqual({ code: 130, signal: null })
    await lock.release()
  })
})

describe('a start after a kill', () => {
  it('finds both change and record or neither, and goes on by itself', async () => {
    place.write('settings', '900_slow', { up: slow })
    const killed = place.start()
    await held('settings')
    expect(await killed.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    expect(await place.history('settings')).toEqual([])
    await place.lockedBriefly('settings')
    expect((await place.start().health()).status).toBe(200)
  })

  it('is refused where the migration ran outside a transaction, and names it', async () => {
    place.write('settings', '900_slow', { up: slow, header: '-- Transaction: none' })
    const killed = place.start()
    await begun('settings', '900_slow')
    await killed.stop('SIGKILL')
    const next = place.start()
    expect(await next.ended()).toEqual({ code: 3, signal: null })
    expect(next.stderr).toContain('settings: 900_slow is in doubt')
  })
})

/** Resolves when a step is on record as begun. */
async function begun(database: string, id: string): Promise<void> {
  for (;;) {
    const history = await place.history(database)
    if (history.some((entry) => entry.id === id)) return
    await sleep(10)
  }
}

/** Resolves when somebody has been migrating it for a moment. */
async function held(database: string): Promise<void> {
  while (!(await place.driver(database).exists())) await sleep(5)
  for (;;) {
    try {
      await place.lockedBriefly(database)
      await sleep(5)
    } catch (error) {
      if (!MigrateError.is(error) || error.code !== 'LOCK_TIMEOUT') throw error
      return sleep(100)
    }
  }
}
