import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateMigrations } from './generate.ts'
import type { Scenario } from './scenario.ts'
import type { Place } from './tool.ts'
import { tool } from './tools/raw.ts'
import { Verifier } from './verify.ts'

const migrations = generateMigrations(10)
const verifier = new Verifier(migrations)
const apply: Scenario = { id: 'apply-10', title: '', operation: 'apply', files: 10, applied: 0, steps: 0 }

describe('Verifier', () => {
  let place: Place

  beforeEach(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'whimbrel-'))
    const database = join(directory, 'app.db')
    place = { directory, migrations: join(directory, 'migrations'), database, journal: 'delete' }
    mkdirSync(place.migrations)
    tool.prepare(place, migrations)
    await tool.library?.apply(place)
  })

  afterEach(() => rmSync(place.directory, { recursive: true, force: true }))

  it('accepts what a tool has done', () => {
    expect(() => verifier.database(tool, apply, place)).not.toThrow()
  })

  it('refuses a database that lacks a migration', async () => {
    await tool.library?.rollback?.(place, 1)
    expect(() => verifier.database(tool, apply, place)).toThrow('raw, apply-10: the result is')
  })

  it.each([
    ['a row was changed', 'UPDATE {table} SET price = price + 1 WHERE id = 1'],
    ['a record is missing', 'DELETE FROM schema_version WHERE version = 10'],
    ['the journal mode was changed', 'PRAGMA journal_mode = wal'],
  ])('refuses a database in which %s', (_, sql) => {
    const database = new Database(place.database)
    const [table] = database
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE name GLOB 'bench_*' AND type = 'table'")
      .pluck()
      .all()
    database.exec(sql.replace('{table}', table ?? ''))
    database.close()
    expect(() => verifier.database(tool, apply, place)).toThrow('it must be')
  })

  it('refuses a status that counts wrong or says nothing', () => {
    const status: Scenario = { ...apply, operation: 'status', applied: 10 }
    expect(() => verifier.counts(tool, status, { applied: 10, pending: 0 })).not.toThrow()
    expect(() => verifier.counts(tool, status, { applied: 9, pending: 1 })).toThrow('it must be')
    expect(() => verifier.counts(tool, status, undefined)).toThrow('it must be')
  })
})
