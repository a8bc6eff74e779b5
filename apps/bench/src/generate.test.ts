import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { asScript, generateMigrations } from './generate.ts'

describe('generateMigrations', () => {
  it('makes the same migrations from the same seed and others from another', () => {
    expect(generateMigrations(50, 7)).toEqual(generateMigrations(50, 7))
    expect(generateMigrations(50, 7)).not.toEqual(generateMigrations(50, 8))
  })

  it('begins a longer list with the shorter one', () => {
    expect(generateMigrations(60).slice(0, 40)).toEqual(generateMigrations(40))
  })

  it('makes 200 tables and 4,000 rows of 1,000 migrations', () => {
    const database = new Database(':memory:')
    for (const { up } of generateMigrations(1000)) database.exec(asScript(up))
    const tables = database
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .pluck()
      .all()
    const rows = tables.map((table) =>
      database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get(),
    )
    expect(tables).toHaveLength(200)
    expect(rows.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(4000)
    database.close()
  })

  it('takes back with each down what its up has done', () => {
    const database = new Database(':memory:')
    const state = () => database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all()
    for (const { up, down } of generateMigrations(55)) {
      const before = state()
      database.exec(asScript(up))
      const after = state()
      database.exec(asScript(down))
      expect(state()).toEqual(before)
      database.exec(asScript(up))
      expect(state()).toEqual(after)
    }
    database.close()
  })
})
