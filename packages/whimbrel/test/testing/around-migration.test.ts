import { describe, expect, it } from 'vitest'
import {
  type AroundMigrationOptions,
  aroundMigration,
  type GivenMigrations,
  type TestDatabase,
} from '../../src/testing/index.ts'
import { notes, TestFolders } from './test-migrations.ts'

const folders = new TestFolders()
const nothing = () => {}

function around<R>(options: Partial<AroundMigrationOptions<R> & GivenMigrations>): Promise<R> {
  const all = {
    ...(options.migrations === undefined && { migrations: folders.write(notes) }),
    cache: folders.cache,
    before: nothing,
    after: nothing,
    ...options,
  }
  return aroundMigration(all as unknown as AroundMigrationOptions<R>)
}

const applied = ({ handle }: TestDatabase) =>
  handle.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'").pluck().get() === 0
    ? []
    : handle.prepare('SELECT version FROM schema_migrations ORDER BY sequence').pluck().all()

describe.each([{ inMemory: false }, { inMemory: true }])('aroundMigration with %j', (kind) => {
  it('ends with NULL for a row from before the migration and with a value for one from after it', async () => {
    const rows = await around({
      ...kind,
      migration: '002_add_rank',
      before: ({ handle }) => void handle.prepare("INSERT INTO notes (body) VALUES ('old')").run(),
      after({ handle }) {
        handle.prepare("INSERT INTO notes (body, rank) VALUES ('new', 7)").run()
        return handle.prepare('SELECT body, rank FROM notes ORDER BY id').all()
      },
    })
    expect(rows).toEqual([
      { body: 'old', rank: null },
      { body: 'new', rank: 7 },
    ])
  })

  it('waits for both functions and runs what lies between them', async () => {
    const seen: unknown[] = []
    const look = async (database: TestDatabase) => void seen.push(await Promise.resolve(applied(database)))
    await around({ ...kind, migration: '2', before: look, after: look })
    await around({ ...kind, migration: '2', before: look, after: look, rest: true })
    await around({ ...kind, migration: '1', before: look, after: look })
    expect(seen).toEqual([[1], [1, 2], [1], [1, 2, 3], [], [1]])
  })
})

describe('aroundMigration', () => {
  it('follows dependencies, not numbers', async () => {
    const migrations = folders.write({
      '001_a': ['CREATE TABLE a (x);', '', '-- Depends-On: 002_b'],
      '002_b': ['CREATE TABLE b (x);'],
      '003_c': ['CREATE TABLE c (x);'],
    })
    const before = async (database: TestDatabase) => expect(applied(database)).toEqual([2])
    await around({
      migrations,
      migration: '001_a',
      before,
      after: (database) => expect(applied(database)).toEqual([2, 1]),
    })
    expect.assertions(2)
  })

  it('rejects for an id that there is not', async () => {
    await expect(around({ migration: '009' })).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' })
    await expect(around({ migration: '002_add_rnak' })).rejects.toMatchObject({
      hint: expect.stringContaining('Did you mean 002_add_rank?'),
    })
  })

  it('rejects for a migration of another environment', async () => {
    const migrations = folders.write({ '001_a': ['CREATE TABLE a (x);', '', '-- Environments: production'] })
    await expect(around({ migrations, migration: '1' })).rejects.toMatchObject({
      code: 'USAGE',
      message: '001_a is skipped here (only for production), so there is nothing around it',
    })
    await expect(around({ migrations, migration: '1', environment: 'production' })).resolves.toBeUndefined()
  })

  it('rejects where the migration fails on the rows that are there, and leaves nothing', async () => {
    const migrations = folders.write({ ...notes, '004_unique': ['CREATE UNIQUE INDEX u ON notes (body);'] })
    let database: TestDatabase | undefined
    const failing = around({
      migrations,
      migration: '4',
      before(given) {
        database = given
        given.handle.exec("INSERT INTO notes (body) VALUES ('a'), ('a')")
      },
    })
    await expect(failing).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
      details: { migration: '004_unique' },
    })
    expect(database?.handle.open).toBe(false)
  })

  it('rejects with what a function throws', async () => {
    const after = () => {
      throw new Error('seen')
    }
    await expect(around({ migration: '2', after })).rejects.toThrow('seen')
  })

  it.each([
    [{ migration: '2', befor: nothing }, 'Did you mean "before"?'],
    [{ migration: '2', after: undefined }, 'Give both: one to write rows, one to look at them'],
    [{}, 'Give "migration", an id for instance'],
  ])('refuses %j', async (wrong, hint) => {
    await expect(around(wrong as object)).rejects.toMatchObject({ code: 'USAGE', hint })
  })
})
