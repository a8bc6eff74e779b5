import { writeFileSync } from 'node:fs'
import type { LockOwner } from '@whimbrel/core'
import { type TemporaryDatabase, temporaryDatabase } from '@whimbrel/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { sqliteDriver } from '../src/index.ts'
import { compileChild } from './child-process.ts'

let children: Awaited<ReturnType<typeof compileChild>>
let place: TemporaryDatabase
beforeAll(async () => {
  children = await compileChild()
})
afterAll(() => children.remove())
beforeEach(async () => {
  place = await temporaryDatabase()
})
afterEach(() => place.remove())

const owner = (): LockOwner => ({
  host: 'here',
  pid: process.pid,
  command: 'test',
  since: new Date().toISOString(),
})
const take = (timeoutMs: number) => sqliteDriver({ path: place.database }).lock(owner(), { timeoutMs })

it('keeps other processes out and tells them who holds the lock', async () => {
  const child = children.start('hold-lock', place.database)
  expect(await child.next()).toBe('held')
  const error = await take(0).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'LOCK_TIMEOUT',
    exitCode: 4,
    details: { holder: { pid: child.process.pid } },
  })
  expect((error as Error).message).toMatch(
    /"hold-lock" \(process \d+ on marsh\.example, since .*, \d+ s ago\)/,
  )
  expect((error as { hint: string }).hint).toContain(`${place.database}.lock`)
  await child.end()
})

it('takes the lock when the other process releases it', async () => {
  const child = children.start('hold-lock', place.database)
  await child.next()
  const waiting = take(20_000)
  await child.end()
  await (await waiting).release()
})

it('takes the lock when its holder is killed', async () => {
  const child = children.start('hold-lock', place.database)
  await child.next()
  child.process.kill('SIGKILL')
  await child.gone
  await (await take(0)).release()
})

it('never takes the lock from a holder that is only stopped', async () => {
  const child = children.start('hold-lock', place.database)
  await child.next()
  child.process.kill('SIGSTOP')
  await expect(take(150)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
  child.process.kill('SIGCONT')
  child.process.stdin?.end()
  expect(await child.next()).toBe('released')
  await (await take(20_000)).release()
})

it('is not kept out by somebody who only reads who has the lock', async () => {
  await (await take(0)).release()
  const child = children.start('glance-at-owner', place.database)
  expect(await child.next()).toBe('held')
  await (await take(0)).release()
  await child.gone
})

it('never takes the lock from a holder whose lock file was damaged', async () => {
  const child = children.start('hold-lock', place.database)
  await child.next()
  writeFileSync(`${place.database}.lock`, Buffer.alloc(1024, 0xa5), { flag: 'r+' })
  await expect(take(150)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
  await child.end()
  await (await take(0)).release()
})

it('gives the lock to exactly one of several processes that start together', async () => {
  const started = Array.from({ length: 4 }, () => children.start('hold-lock', place.database))
  const held: number[] = []
  const first = await Promise.race(started.map(async (child, index) => [await child.next(), index] as const))
  expect(first[0]).toBe('held')
  await expect(take(0)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
  held.push(first[1])
  await Promise.all(started.map((child) => child.end()))
  await (await take(0)).release()
  expect(held).toHaveLength(1)
})

it('waits with BEGIN for a transaction of another process and then says who was in the way', async () => {
  const child = children.start('hold-transaction', place.database)
  await child.next()
  const session = await sqliteDriver({ path: place.database, busyTimeoutMs: 60 }).session('write')
  const work = session.transaction(async () => 1)
  await expect(work).rejects.toMatchObject({
    code: 'DATABASE_BUSY',
    message: expect.stringMatching(/database\.db is still in use by another connection after waiting \d+ ms/),
  })
  await child.end()
  expect(await session.transaction(async () => 2)).toBe(2)
  await session.close()
})

it('finds neither half of a transaction whose process was killed', async () => {
  const child = children.start('leave-in-transaction', place.database)
  await child.next()
  child.process.kill('SIGKILL')
  await child.gone
  const driver = sqliteDriver({ path: place.database })
  for (const mode of ['read', 'write'] as const) {
    const session = await driver.session(mode)
    expect(await session.query("SELECT name FROM sqlite_schema WHERE type = 'table'")).toEqual([
      { name: 'kept' },
    ])
    await session.close()
  }
})

it('refuses to lock in a directory that may not be written to', async () => {
  await place.makeReadOnly()
  const child = children.start('take-lock', place.database, { plainUser: true })
  expect(await child.next()).toMatchObject({
    code: 'DATABASE_READ_ONLY',
    message: expect.stringContaining('.lock'),
  })
  await child.end()
})
