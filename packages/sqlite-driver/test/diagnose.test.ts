import { chmodSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Diagnosis } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { DatabaseFile } from '../src/database-file.ts'
import { checkVolume } from '../src/diagnosis/check-volume.ts'
import { loadEngine } from '../src/engine.ts'
import { type SqliteDriverOptions, sqliteDriver } from '../src/index.ts'
import { eachTestInItsPlace } from './open-session.ts'

describe('diagnose', () => {
  const place = eachTestInItsPlace()
  const of = async (name: string, options: SqliteDriverOptions = {}): Promise<Diagnosis | undefined> => {
    const diagnoses = await place.current().driver(options).diagnose?.()
    return diagnoses?.find((one) => one.name === name)
  }
  const everything = (options: SqliteDriverOptions = {}) => place.current().driver(options).diagnose?.()

  it('finds nothing wrong with a sound database, and changes no byte', async () => {
    const { database } = place.current()
    const session = await place.current().session()
    await session.execute('CREATE TABLE t (a)')
    await session.close()
    const before = [readFileSync(database), readdirSync(dirname(database))]
    const diagnoses = await everything()
    expect(diagnoses?.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'engine ok',
      'build ok',
      'file ok',
      'rights ok',
      'free space ok',
      'file system ok',
      'beside it ok',
      'lock ok',
      'content ok',
      'journal_mode ok',
      'page_size ok',
      'encoding ok',
      'auto_vacuum ok',
      'pragmas ok',
    ])
    expect([readFileSync(database), readdirSync(dirname(database))]).toEqual(before)
  })

  it('says of a file that is not there who makes it, and makes none', async () => {
    expect(await of('file')).toMatchObject({
      verdict: 'note',
      message: expect.stringContaining('"whimbrel up" makes it'),
    })
    expect(readdirSync(dirname(place.current().database))).toEqual([])
  })

  it('says of a database in memory only what the engine is', async () => {
    const diagnoses = await sqliteDriver({ path: ':memory:' }).diagnose?.()
    expect(diagnoses?.map(({ name }) => name)).toEqual(['engine', 'build'])
  })

  it('follows a link, and tells the rights of both', async () => {
    const { database } = place.current()
    place.current().handle().exec('CREATE TABLE t (a)')
    const link = join(dirname(database), 'link.db')
    symlinkSync(database, link)
    expect(await of('file', { path: link })).toMatchObject({ message: `${link}, a link to ${database}` })
    chmodSync(database, 0o640)
    expect((await of('rights', { path: link }))?.message).toContain('0640 the file')
  })

  it('says what each file beside it means', async () => {
    const { database } = place.current()
    const handle = place.current().handle()
    handle.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)')
    expect((await of('-wal'))?.message).toContain('somebody has the database open')
    const wal = readFileSync(`${database}-wal`)
    handle.close()
    writeFileSync(`${database}-wal`, wal)
    expect((await of('-wal'))?.message).toContain('left by a crash')
    rmSync(`${database}-wal`)
    writeFileSync(`${database}-journal`, '')
    expect((await of('-journal'))?.message).toContain('an empty journal')
    writeFileSync(`${database}-journal`, 'x'.repeat(100))
    expect((await of('-journal'))?.message).toContain('a transaction is going on, or was cut off')
  })

  it('names who holds the lock, and does not keep anybody from it', async () => {
    place.current().handle().exec('CREATE TABLE t (a)')
    expect((await of('lock'))?.message).toBe('nobody has ever taken it')
    const owner = {
      host: hostname(),
      pid: process.pid,
      command: 'whimbrel up',
      since: '2026-11-20T10:00:00.000Z',
    }
    const lock = await place.current().driver().lock(owner, { timeoutMs: 0 })
    expect(await of('lock')).toEqual({
      name: 'lock',
      verdict: 'note',
      message: `held by whimbrel up (process ${process.pid} on ${hostname()}, since 2026-11-20T10:00:00.000Z)`,
    })
    await lock.release()
    expect((await of('lock'))?.message).toBe('nobody holds it')
    const gone = { ...owner, pid: 2 ** 22 + 1 }
    await place.current().driver().lock(gone, { timeoutMs: 0 })
    expect(await of('lock')).toMatchObject({ verdict: 'ok', message: expect.stringMatching(/is gone$/) })
  })

  it('compares what the file keeps with what is configured', async () => {
    place.current().handle().exec('PRAGMA page_size = 8192; PRAGMA journal_mode = DELETE; CREATE TABLE t (a)')
    expect(await of('journal_mode')).toMatchObject({ verdict: 'note', message: 'delete, configured as WAL' })
    expect(await of('journal_mode', { pragmas: { journal_mode: 'DELETE' } })).toMatchObject({ verdict: 'ok' })
    expect(await of('page_size', { pragmas: { page_size: 4096 } })).toMatchObject({
      verdict: 'note',
      hint: expect.stringContaining('fixed once there is a table'),
    })
    expect((await of('pragmas'))?.message).toContain('foreign_keys true')
  })

  it('says what is wrong with a file that is no database, and with a folder', async () => {
    writeFileSync(place.current().database, 'this is not a database, and never was one')
    expect(await of('content')).toMatchObject({ verdict: 'problem', hint: expect.any(String) })
    const folder = dirname(place.current().database)
    const problems = (await everything({ path: folder }))?.filter(({ verdict }) => verdict === 'problem')
    expect(problems?.length).toBeGreaterThan(0)
  })

  it('says where there is no room', () => {
    const context = {
      file: new DatabaseFile('/proc/self/none.db', 'none.db'),
      engine: loadEngine(),
      pragmas: new Map(),
      busyTimeoutMs: 0,
    }
    // It has no room at all.
    expect(checkVolume(context)[0]).toMatchObject({ name: 'free space', verdict: 'problem' })
  })
})
