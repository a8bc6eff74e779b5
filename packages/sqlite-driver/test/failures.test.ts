import { chmod, copyFile, mkdir, open, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileChild } from './child-process.ts'
import { eachTestInItsPlace, removeDatabase } from './open-session.ts'

const place = eachTestInItsPlace()
let children: Awaited<ReturnType<typeof compileChild>>
beforeAll(async () => {
  children = await compileChild()
})
afterAll(() => children.remove())

describe('no space', () => {
  it('undoes everything and says so', async () => {
    const session = await place.current().session('write', { pragmas: { max_page_count: 20 } })
    const work = session.transaction(async () => {
      await session.execute('CREATE TABLE many (x)')
      await session.transaction(async () => {
        for (let row = 0; row < 50; row += 1)
          await session.execute('INSERT INTO many VALUES (zeroblob(4000))')
      })
    })
    await expect(work).rejects.toMatchObject({
      code: 'DATABASE_FULL',
      hint: expect.stringContaining('space'),
    })
    expect(await session.query('SELECT name FROM sqlite_schema')).toEqual([])
  })

  it.each(['add-many'])('in the middle of a write leaves the schema unchanged', async (task) => {
    await (await place.current().session()).close()
    const child = children.start(task, place.current().database, { fileSize: 1500 })
    expect(await child.next()).toEqual([])
    expect(await child.next()).toMatchObject({
      code: 'DATABASE_IO',
      message: expect.stringContaining('SQLITE_IOERR'),
    })
    await child.end()
  })
})

describe('a file that may not be written to', () => {
  it('is reported as read-only', async () => {
    const { database, path } = place.current()
    await (await place.current().session('write', { pragmas: { journal_mode: 'DELETE' } })).close()
    await chmod(path, 0o777)
    await chmod(database, 0o444)
    const child = children.start('write-at-once', database, { plainUser: true })
    expect(await child.next()).toMatchObject({ code: 'DATABASE_READ_ONLY' })
    await child.end()
  })

  it('is reported as unreachable where it may not be read either', async () => {
    const { database, path } = place.current()
    await (await place.current().session()).close()
    await chmod(path, 0o755)
    await chmod(database, 0o000)
    const child = children.start('count-birds', database, { plainUser: true })
    expect(await child.next()).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('it may not be read'),
    })
    await child.end()
  })
})

describe('a run journal that may not be read', () => {
  it('is reported as unreachable, also beside another database, whose directory is closed', async () => {
    const { database, path, file } = place.current()
    await (await place.current().session()).close()
    await writeFile(`${database}.run`, 'text')
    await chmod(`${database}.run`, 0o600)
    await mkdir(file('closed'), { mode: 0o700 })
    await writeFile(file('closed', 'b.db'), '')
    await chmod(path, 0o755)
    const child = children.start('read-journals', database, { plainUser: true })
    const unreachable = {
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringMatching(/^The run journal of .* cannot be read: EACCES/),
      hint: expect.stringContaining('the right to read'),
    }
    expect(await child.next()).toMatchObject(unreachable)
    expect(await child.next()).toMatchObject(unreachable)
    await child.end()
  })
})

describe('a path that leads to no database', () => {
  it('is refused where it is a directory', async () => {
    const work = place.current().session('write', { path: place.current().path })
    await expect(work).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  })

  it('is refused where a file stands in the place of its directory', async () => {
    await writeFile(place.current().file('a'), '')
    const path = place.current().file('a', 'b.db')
    await expect(place.current().session('write', { path })).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
    })
    await expect(place.current().session('read', { path })).rejects.toMatchObject({
      message: expect.stringContaining('is a file, not a directory'),
    })
  })

  it('is refused where it is a text', async () => {
    await writeFile(place.current().database, 'a text and no database, however long it is '.repeat(40))
    await expect(place.current().session()).rejects.toMatchObject({ code: 'DATABASE_INVALID' })
  })

  it('is refused where nothing may be made', async () => {
    const work = place.current().session('write', { create: false })
    await expect(work).rejects.toMatchObject({
      code: 'DATABASE_MISSING',
      hint: expect.stringContaining('path'),
    })
    expect(await place.current().driver().exists()).toBe(false)
  })

  it('is made with its directory', async () => {
    const path = place.current().file('new', 'deep', 'a.db')
    const session = await place.current().session('write', { path })
    await session.execute('CREATE TABLE t (x)')
    await session.close()
    expect(await place.current().driver({ path }).exists()).toBe(true)
  })

  it('is followed where it is a link', async () => {
    await (await place.current().session()).close()
    await symlink(place.current().database, place.current().file('link.db'))
    const session = await place.current().session('read', { path: place.current().file('link.db') })
    expect(await session.query('SELECT name FROM sqlite_schema')).toEqual([])
  })
})

describe('a file that changes hands', () => {
  const replaced = { code: 'DATABASE_REPLACED', exitCode: 1 }

  it('is noticed at the commit when it was removed', async () => {
    const session = await place.current().session()
    const work = session.transaction(async () => {
      await session.execute('CREATE TABLE t (x)')
      await removeDatabase(place.current())
    })
    await expect(work).rejects.toMatchObject({ ...replaced, message: expect.stringContaining('was removed') })
    await expect(session.close()).rejects.toMatchObject(replaced)
  })

  it('is noticed at the close when it was replaced', async () => {
    const { database, file } = place.current()
    const session = await place.current().session()
    await session.execute('CREATE TABLE t (x)')
    await copyFile(database, file('copy.db'))
    await rename(file('copy.db'), database)
    await expect(session.close()).rejects.toMatchObject({
      ...replaced,
      message: expect.stringContaining('replaced'),
    })
  })
})

describe('damage', () => {
  const fill = async () => {
    const session = await place.current().session('write', { pragmas: { journal_mode: 'DELETE' } })
    await session.execute('CREATE TABLE t (x)')
    for (let row = 0; row < 100; row += 1) await session.execute('INSERT INTO t VALUES (zeroblob(1000))')
    await session.close()
  }

  it('is reported after a second look', async () => {
    await fill()
    const { size } = await readFile(place.current().database).then((bytes) => ({ size: bytes.length }))
    const file = await open(place.current().database, 'r+')
    await file.write(Buffer.alloc(size - 8192, 0xff), 0, size - 8192, 8192)
    await file.close()
    const session = await place.current().session('write', { pragmas: { journal_mode: 'DELETE' } })
    await expect(session.query('SELECT count(*) FROM t WHERE x > 1')).rejects.toMatchObject({
      code: 'DATABASE_CORRUPT',
      hint: expect.stringContaining('backup'),
    })
  })
})

describe('a file that is moved away under an open session', () => {
  it('is called replaced, not read-only, when SQLite notices it first', async () => {
    const { database } = place.current()
    const session = await place.current().session('write', { pragmas: { journal_mode: 'DELETE' } })
    await session.execute('CREATE TABLE birds (id INTEGER)')
    await copyFile(database, `${database}.other`)
    await rename(`${database}.other`, database)
    await expect(session.execute('INSERT INTO birds VALUES (1)')).rejects.toMatchObject({
      code: 'DATABASE_REPLACED',
      message: expect.stringContaining('was replaced by another file while it was open'),
    })
    await session.close().catch(() => undefined)
  })
})
