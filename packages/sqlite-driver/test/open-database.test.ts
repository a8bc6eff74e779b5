import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openDatabase, readSchema } from '../src/index.ts'
import { eachTestInItsPlace } from './open-session.ts'

const place = eachTestInItsPlace()

describe('openDatabase', () => {
  it('gives a handle whose pragmas are those of the defaults', async () => {
    await (await place.current().session()).close()
    const handle = await openDatabase(place.current().database)
    const read = (name: string) => handle.pragma(name, { simple: true })
    expect(['journal_mode', 'foreign_keys', 'busy_timeout', 'synchronous'].map(read)).toEqual([
      'wal',
      1,
      5000,
      1,
    ])
    handle.close()
  })

  it('gives a handle whose pragmas are those that were asked for', async () => {
    const pragmas = {
      journal_mode: 'delete',
      foreign_keys: false,
      busy_timeout: 70,
      synchronous: 'EXTRA',
      cache_size: -4000,
      temp_store: 'MEMORY',
      recursive_triggers: 'on',
      encoding: 'UTF-16le',
      page_size: 8192,
    }
    const handle = await openDatabase(place.current().database, { pragmas, create: true })
    const found = Object.keys(pragmas).map((name) => handle.pragma(name, { simple: true }))
    expect(found).toEqual(['delete', 0, 70, 3, -4000, 2, 1, 'UTF-16le', 8192])
    handle.close()
  })

  it('opens a database in memory', async () => {
    const handle = await openDatabase(':memory:', { pragmas: { synchronous: 'OFF' } })
    expect([handle.pragma('synchronous', { simple: true }), handle.memory]).toEqual([0, true])
    handle.close()
  })

  it('makes no database where there is none', async () => {
    await expect(openDatabase(place.current().database)).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
    expect(await place.current().driver().exists()).toBe(false)
  })

  it('refuses a file that is no database', async () => {
    await writeFile(place.current().database, 'a text and no database, however long it is '.repeat(40))
    await expect(openDatabase(place.current().database)).rejects.toMatchObject({ code: 'DATABASE_INVALID' })
  })

  it('refuses a value that SQLite does not take, instead of ignoring it', async () => {
    const opening = openDatabase(place.current().database, {
      pragmas: { journal_mode: 'WALL' },
      create: true,
    })
    await expect(opening).rejects.toMatchObject({ message: expect.stringContaining('journal_mode') })
  })

  it.each([
    ['journal_mod', 'WAL', 'journal_mode'],
    ['foreign_key', true, 'foreign_keys'],
  ])('refuses the pragma %s and suggests what was meant', async (name, value, near) => {
    const opening = openDatabase(':memory:', { pragmas: { [name]: value } })
    await expect(opening).rejects.toMatchObject({ code: 'USAGE', hint: `Did you mean "${near}"?` })
  })

  it.each(['1; DROP TABLE users', '', 'a b', 1.5, Number.NaN])('refuses the value %j', async (value) => {
    const opening = openDatabase(':memory:', { pragmas: { cache_size: value } })
    await expect(opening).rejects.toMatchObject({ code: 'USAGE' })
  })
})

describe('an image', () => {
  it('is what a database in memory holds at first, and stays as it is', async () => {
    const first = await openDatabase(':memory:')
    first.exec("CREATE TABLE notes (body); INSERT INTO notes VALUES ('a')")
    const image = new Uint8Array(first.serialize())
    first.close()
    const [second, third] = [
      await openDatabase(':memory:', { image }),
      await openDatabase(':memory:', { image }),
    ]
    second.exec('DELETE FROM notes')
    expect(third.prepare('SELECT body FROM notes').pluck().all()).toEqual(['a'])
    expect(third.pragma('foreign_keys', { simple: true })).toBe(1)
    for (const handle of [second, third]) handle.close()
  })

  it('of nothing is an empty database', async () => {
    const handle = await openDatabase(':memory:', { image: new Uint8Array() })
    expect(handle.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0)
    handle.close()
  })

  it('is not taken for a file', async () => {
    const opening = openDatabase(place.current().database, { image: new Uint8Array(), create: true })
    await expect(opening).rejects.toMatchObject({ code: 'USAGE' })
    expect(await place.current().driver().exists()).toBe(false)
  })
})

describe('readSchema', () => {
  it('tells at once what a handle sees, inside a transaction, too', async () => {
    const handle = await openDatabase(':memory:')
    handle.exec(
      'BEGIN; CREATE TABLE notes (body TEXT NOT NULL); CREATE VIEW bodies AS SELECT body FROM notes',
    )
    const named = readSchema(handle).objects.map(({ kind, name, columns }) => [kind, name, columns.length])
    expect(named).toEqual([
      ['table', 'notes', 1],
      ['view', 'bodies', 1],
    ])
    handle.exec('ROLLBACK')
    expect(readSchema(handle).objects).toEqual([])
    handle.close()
  })

  it('says which handle is closed', async () => {
    const handle = await openDatabase(':memory:')
    handle.close()
    expect(() => readSchema(handle)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})
