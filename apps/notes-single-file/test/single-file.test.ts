import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { InstalledNotebook } from './installed-notebook.ts'

describe('the application in one file', () => {
  it('makes its databases from the migrations in it, in a folder with nothing else', async () => {
    const notebook = new InstalledNotebook()
    expect(await notebook.run('add', 'Two', 'whimbrel', 'at', 'dawn')).toEqual({
      code: 0,
      stdout: '- Two whimbrel at dawn\n',
      stderr: '',
    })
    await notebook.run('add', 'A godwit asleep')
    expect((await notebook.run('find', 'dawn whimbrel')).stdout).toBe('- Two whimbrel at dawn\n')
    expect((await notebook.run()).stdout).toBe('- Two whimbrel at dawn\n- A godwit asleep\n')
    expect(notebook.made()).toEqual(['notes.db', 'notes.db.lock', 'settings.db', 'settings.db.lock'])
  })

  it('imports what Node.js brings along and nothing else', () => {
    const { folder } = new InstalledNotebook()
    const text = readFileSync(join(folder, 'notes.mjs'), 'utf8')
    const imported = [...text.matchAll(/^(?:import|export)\b[^;'"]*?\bfrom\s*["']([^"']+)["']/gm)].map(
      ([, name = '']) => name,
    )
    expect(imported.length).toBeGreaterThan(5)
    expect(imported.filter((name) => !isBuiltin(name))).toEqual([])
  })

  it('works on with databases that the command has migrated from the folders, and the other way round', async () => {
    const notebook = new InstalledNotebook()
    await notebook.run('add', 'Curlew')
    const { code, stdout } = await notebook.whimbrel('validate')
    expect([code, stdout]).toEqual([0, expect.stringContaining('notes')])
    await notebook.whimbrel('down', '--db', 'notes', '--allow-data-loss')
    expect((await notebook.whimbrel('up')).stdout).toContain('002_search_notes')
    expect((await notebook.run('find', 'curlew')).stdout).toBe('- Curlew\n')
  })

  it('comes up several times at once', async () => {
    const notebook = new InstalledNotebook()
    const ended = await Promise.all([1, 2, 3, 4].map((number) => notebook.run('add', `Note ${number}`)))
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect((await notebook.run('list')).stdout.trimEnd().split('\n').sort()).toEqual(
      [1, 2, 3, 4].map((number) => `- Note ${number}`),
    )
  })

  it('does not touch databases of a newer one', async () => {
    const notebook = new InstalledNotebook()
    await notebook.run('add', 'Curlew')
    notebook.with('settings', (database) =>
      database.exec("UPDATE schema_migrations SET version = 7, id = '007_later', name = 'later'"),
    )
    const { code, stdout, stderr } = await notebook.run('add', 'Snipe')
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(/settings: The database is at 007_later, .*001_create_settings/)
    const count = () =>
      notebook.with('notes', (database) => database.prepare('SELECT count(*) FROM notes').pluck().get())
    expect(count()).toBe(1)
  })

  it('says what it takes when it is asked for something else', async () => {
    const notebook = new InstalledNotebook()
    for (const args of [['ad', 'x'], ['add'], ['list', 'x'], ['find']])
      expect(await notebook.run(...args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('notes.mjs add'),
      })
    expect(notebook.made()).toEqual([])
  })
})
