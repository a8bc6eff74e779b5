import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Installation } from './installation.ts'

const notes = { up: 'CREATE TABLE notes (id INTEGER PRIMARY KEY);', down: 'DROP TABLE notes;' }

let place: Installation

beforeEach(() => {
  place = new Installation()
})

afterEach(() => place.remove())

describe('a start that is refused', () => {
  it('names the migration, file and line that failed, opens no port, and works once the file is right', async () => {
    const port = await freePort()
    const file = place.write('settings', '900_break', {
      up: 'CREATE TABLE fine (id);\nINSERT INTO nowhere VALUES (1);',
    })
    const service = place.start('--port', String(port))
    expect(await service.ended()).toEqual({ code: 1, signal: null })
    expect(service.stdout).toBe('')
    expect(service.stderr).toContain('settings: 900_break failed')
    expect(service.stderr).toContain(`${relative(place.directory, file)}:3`)
    expect(service.stderr).toMatch(/\n {2}next: \S+/)
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
    for (const name of place.names) {
      await place.lockedBriefly(name)
      expect((await place.history(name)).filter(({ outcome }) => outcome === 'applied')).toEqual([])
    }
    place.write('settings', '900_break', { up: 'CREATE TABLE fine (id);' })
    const { body } = await place.start().health()
    expect(body.databases[0]).toMatchObject({ current: '900_break', ok: true })
  })

  it('makes no file when a migration of the last database cannot be read as one', async () => {
    place.write('ontology', '900_no_marker', { up: '-- === UP MIGRATION ===' })
    const service = place.start()
    expect(await service.ended()).toEqual({ code: 2, signal: null })
    expect(service.stderr).toContain('900_no_marker.sql')
    expect(place.bytes()).toEqual({})
  })

  it('names both versions when a newer release has migrated the database', async () => {
    const [newest] = place.ids('settings').slice(-1)
    const file = place.write('settings', '900_newer', notes)
    await place.migrate()
    rmSync(file)
    const older = place.start()
    expect(await older.ended()).toEqual({ code: 3, signal: null })
    expect(older.stderr).toContain('900_newer')
    expect(older.stderr).toContain(newest)
  })

  it('says which option is misspelt and which port is taken', async () => {
    const misspelt = place.start('--chekc')
    expect(await misspelt.ended()).toEqual({ code: 2, signal: null })
    expect(misspelt.stderr).toContain('--chekc')
    const { port } = new URL(await place.start().ready())
    const second = place.start('--port', port)
    expect(await second.ended()).toEqual({ code: 2, signal: null })
    expect(second.stderr).toContain(`port ${port}`)
  })
})

describe('--check', () => {
  it('refuses when nothing is there yet, and writes nothing', async () => {
    const fresh = place.start('--check')
    expect(await fresh.ended()).toEqual({ code: 3, signal: null })
    expect(fresh.stderr).toContain(`settings: ${place.ids('settings').length} migrations are pending`)
    expect(place.bytes()).toEqual({})
  })

  it('refuses one pending migration of migrated databases without touching a byte', async () => {
    await place.migrate()
    const before = place.bytes()
    place.write('ontology', '900_add_notes', notes)
    const checking = place.start('--check')
    expect(await checking.ended()).toEqual({ code: 3, signal: null })
    expect(checking.stderr).toContain('ontology: One migration is pending: 900_add_notes')
    expect(place.bytes()).toEqual(before)
  })

  it('starts when everything is current', async () => {
    await place.migrate()
    expect((await place.start('--check').health()).status).toBe(200)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
