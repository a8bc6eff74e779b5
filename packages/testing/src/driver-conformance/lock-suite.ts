import type { LockOwner } from '@whimbrel/core'
import { expect, it } from 'vitest'
import type { DriverSuite } from './driver-fixture.ts'

const owner = (command: string): LockOwner => ({
  host: 'marsh.example',
  pid: 4711,
  command,
  since: new Date().toISOString(),
})

/** The exclusive right to migrate. */
export function describeLock({ fixture }: DriverSuite): void {
  it('gives the lock to one at a time', async () => {
    const driver = fixture().driver()
    const lock = await driver.lock(owner('first'), { timeoutMs: 0 })
    await expect(driver.lock(owner('second'), { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
    })
    await lock.release()
    const next = await driver.lock(owner('third'), { timeoutMs: 0 })
    await next.release()
  })

  it('gives the lock to one of two drivers', async () => {
    const lock = await fixture().driver().lock(owner('first'), { timeoutMs: 0 })
    const other = fixture().driver()
    await expect(other.lock(owner('second'), { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
    })
    await lock.release()
  })

  it('names the holder to those who waited in vain', async () => {
    const lock = await fixture().driver().lock(owner('whimbrel up --db marsh'), { timeoutMs: 0 })
    const other = fixture().driver().lock(owner('second'), { timeoutMs: 0 })
    const error = await other.catch((reason: unknown) => reason)
    for (const part of ['marsh.example', '4711', 'whimbrel up --db marsh']) {
      expect((error as Error).message).toContain(part)
    }
    expect(error).toMatchObject({ details: { holder: { pid: 4711, command: 'whimbrel up --db marsh' } } })
    await lock.release()
  })

  it('waits for the lock and tells once who has it', async () => {
    const first = await fixture().driver().lock(owner('first'), { timeoutMs: 0 })
    const told: (string | undefined)[] = []
    let onWait: (holder: LockOwner | undefined) => void = () => undefined
    const isTold = new Promise<void>((resolve) => {
      onWait = (holder) => {
        told.push(holder?.command)
        resolve()
      }
    })
    const waiting = fixture().driver().lock(owner('second'), { timeoutMs: 10_000, onWait })
    await isTold
    await first.release()
    const second = await waiting
    await second.release()
    expect(told).toEqual(['first'])
  })

  it('names the new holder after the lock changed hands', async () => {
    const first = await fixture().driver().lock(owner('first'), { timeoutMs: 0 })
    await first.release()
    const second = await fixture().driver().lock(owner('second'), { timeoutMs: 0 })
    await expect(fixture().driver().lock(owner('third'), { timeoutMs: 0 })).rejects.toThrow('second')
    await second.release()
  })

  it('stops waiting when it is told to', async () => {
    const lock = await fixture().driver().lock(owner('first'), { timeoutMs: 0 })
    const signal = { aborted: false }
    const waiting = fixture().driver().lock(owner('second'), { timeoutMs: 10_000, signal })
    setTimeout(() => {
      signal.aborted = true
    }, 20)
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await lock.release()
  })

  it('lets a lock be released twice without harm to the next holder', async () => {
    const first = await fixture().driver().lock(owner('first'), { timeoutMs: 0 })
    await first.release()
    const second = await fixture().driver().lock(owner('second'), { timeoutMs: 0 })
    await first.release()
    await expect(fixture().driver().lock(owner('third'), { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
    })
    await second.release()
  })

  it('serves everybody who asks, one after the other', async () => {
    let inside = 0
    let most = 0
    const visit = async (name: string) => {
      const lock = await fixture().driver().lock(owner(name), { timeoutMs: 20_000 })
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setTimeout(resolve, 2))
      inside -= 1
      await lock.release()
    }
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(visit))
    expect([most, inside]).toEqual([1, 0])
  })

  it('gives back the locks that are left when the driver is closed', async () => {
    const driver = fixture().driver()
    await driver.lock(owner('first'), { timeoutMs: 0 })
    await driver.close()
    await (await fixture().driver().lock(owner('second'), { timeoutMs: 0 })).release()
  })

  it('leaves sessions free to work while it is held', async () => {
    const driver = fixture().driver()
    const lock = await driver.lock(owner('first'), { timeoutMs: 0 })
    const session = await driver.session('write')
    await session.execute('CREATE TABLE nests (id INTEGER)')
    await session.close()
    await lock.release()
  })
}
