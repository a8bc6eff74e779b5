import { describe, expect, it } from 'vitest'
import { refusal } from '../test/manifest-folder.ts'
import { databaseFromUrl } from './database-from-url.ts'

describe('databaseFromUrl', () => {
  it('gives one database the defaults it would have in a manifest', () => {
    expect(databaseFromUrl({ cwd: '/app', url: 'sqlite:data/shop.db', migrations: './migrations' })).toEqual({
      name: 'shop',
      engine: 'sqlite',
      url: 'sqlite:/app/data/shop.db',
      displayUrl: 'sqlite:/app/data/shop.db',
      path: '/app/data/shop.db',
      migrations: ['/app/migrations'],
      layout: 'single-file',
      table: 'schema_migrations',
      pragmas: { journal_mode: 'WAL', foreign_keys: 'on', busy_timeout: 5000, synchronous: 'NORMAL' },
      driftIgnore: [],
      backup: { directory: '/app/data/backups/shop', keep: 30, before: 'destructive' },
    })
  })

  it('sets no pragmas on a server', () => {
    const at = (url: string) => databaseFromUrl({ cwd: '/app', url, migrations: 'm' })
    expect(at('postgres://db/shop')).toMatchObject({ name: 'shop', pragmas: {} })
    expect(at('mysql://db/shop')).toMatchObject({ name: 'shop', pragmas: {} })
  })

  it('finds a name where the file has none that can be typed', () => {
    const name = (url: string) => databaseFromUrl({ cwd: '/app', url, migrations: 'm' }).name
    expect(name('9 lives.db')).toBe('database')
    expect(name(':memory:')).toBe('database')
    expect(name('postgres://db')).toBe('database')
    expect(databaseFromUrl({ cwd: '/app', url: 'a.db', migrations: 'm', name: 'main' }).name).toBe('main')
  })

  it('refuses an empty folder of migrations', async () => {
    const error = await refusal(() => databaseFromUrl({ cwd: '/app', url: 'a.db', migrations: ' ' }))
    expect(error).toMatchObject({ code: 'USAGE', hint: 'Name it with --migrations FOLDER' })
  })
})
