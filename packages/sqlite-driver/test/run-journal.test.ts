import { link, mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunJournal } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteDriver } from '../src/index.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

function journalOf(...names: string[]): RunJournal {
  const { runJournal } = sqliteDriver({ path: directory.file(...names) })
  if (runJournal === undefined) throw new Error('a database file has a run journal')
  return runJournal
}

describe('the run journal of a database file', () => {
  it('is nothing until it is written, is replaced as a whole and leaves nothing when it is removed', async () => {
    const journal = journalOf('a.db')
    expect(await journal.read()).toBeUndefined()
    await journal.write('a longer text, ünïcode')
    await journal.write('short')
    expect(await journalOf('a.db').read()).toBe('short')
    expect(await readdir(directory.path)).toEqual(['a.db.run'])
    await journal.remove()
    await journal.remove()
    expect(await readdir(directory.path)).toEqual([])
  })

  it('stands beside the file that a link leads to', async () => {
    await mkdir(directory.file('real'))
    await writeFile(directory.file('real', 'a.db'), '')
    await symlink(directory.file('real', 'a.db'), directory.file('link.db'))
    await journalOf('link.db').write('text')
    expect(await journalOf('real', 'a.db').read()).toBe('text')
    expect(await journalOf('link.db').place()).toBe(await journalOf('real', 'a.db').place())
  })

  it('is the same for a database that is not there yet, whatever links lead to where it will be', async () => {
    await mkdir(directory.file('real'))
    await symlink(directory.file('real'), directory.file('link'))
    await symlink(directory.file('real', 'new', 'a.db'), directory.file('link.db'))
    await symlink('link.db', directory.file('relative.db'))
    const place = directory.file('real', 'new', 'a.db')
    for (const names of [['real', 'new', 'a.db'], ['link', 'new', 'a.db'], ['link.db'], ['relative.db']])
      expect(await journalOf(...names).place()).toBe(place)
  })

  it('has a place also for links in a circle', async () => {
    await symlink('b.db', directory.file('a.db'))
    await symlink('a.db', directory.file('b.db'))
    expect(await journalOf('a.db').place()).toContain(directory.path)
  })

  it('is found from another database, also when both were moved together', async () => {
    await mkdir(directory.file('old'))
    for (const name of ['a.db', 'b.db']) await writeFile(directory.file('old', name), '')
    const place = await journalOf('old', 'a.db').place()
    const from = await journalOf('old', 'b.db').place()
    await journalOf('old', 'a.db').write('decided')
    expect(await journalOf('old', 'b.db').readOther({ place, from })).toBe('decided')
    await rename(directory.file('old'), directory.file('new'))
    expect(await journalOf('new', 'b.db').readOther({ place, from })).toBe('decided')
    await journalOf('new', 'a.db').remove()
    expect(await journalOf('new', 'b.db').readOther({ place, from })).toBeUndefined()
  })

  it('does not take a database that is not there for one without a journal', async () => {
    await writeFile(directory.file('b.db'), '')
    const from = await journalOf('b.db').place()
    const reading = journalOf('b.db').readOther({ place: join(directory.path, 'gone.db'), from })
    await expect(reading).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
  })

  it('does not take a file for the directory of another database', async () => {
    await writeFile(directory.file('b.db'), '')
    const from = await journalOf('b.db').place()
    const reading = journalOf('b.db').readOther({ place: join(from, 'a.db'), from })
    await expect(reading).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
  })

  it('is written beside other databases before it is beside its own, in the same and in another directory', async () => {
    await mkdir(directory.file('far'))
    const others = [journalOf('b.db'), journalOf('far', 'c.db')]
    for (const text of ['decided', 'decided otherwise']) {
      await journalOf('a.db').write(text, { others })
      for (const each of [journalOf('a.db'), ...others]) expect(await each.read()).toBe(text)
    }
    expect(await readdir(directory.path)).toEqual(['a.db.run', 'b.db.run', 'far'])
    expect(await readdir(directory.file('far'))).toEqual(['c.db.run'])
    await journalOf('b.db').write('of its own')
    expect(await journalOf('a.db').read()).toBe('decided otherwise')
  })

  it('is not changed by one that begins where another was interrupted', async () => {
    await journalOf('b.db').write('stands')
    await link(directory.file('b.db.run'), directory.file('a.db.run.tmp'))
    await journalOf('a.db').write('new')
    expect(await journalOf('b.db').read()).toBe('stands')
    expect(await readdir(directory.path)).toEqual(['a.db.run', 'b.db.run'])
  })

  it('is not beside its own database where one of the others cannot be written', async () => {
    const others = [journalOf('b.db'), journalOf('no', 'such', 'c.db')]
    await expect(journalOf('a.db').write('decided', { others })).rejects.toMatchObject({
      message: expect.stringContaining('cannot be written'),
    })
    expect(await readdir(directory.path)).toEqual(['b.db.run'])
  })

  it('says what is wrong where it cannot be written', async () => {
    const writing = journalOf('no', 'such', 'a.db').write('text')
    await expect(writing).rejects.toMatchObject({
      code: 'DATABASE_IO',
      message: expect.stringContaining('cannot be written'),
    })
  })

  it('is not there for a database in memory', () => {
    expect(sqliteDriver({ path: ':memory:' }).runJournal).toBeUndefined()
  })
})
