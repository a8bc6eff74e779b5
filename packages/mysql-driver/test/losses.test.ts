import { writeFile } from 'node:fs/promises'
import { MigrationRunner } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { temporaryDirectory } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer } from './test-server.ts'

const before = [
  'CREATE TABLE nests (id int PRIMARY KEY, place int)',
  'CREATE TABLE eggs (id int PRIMARY KEY, nest int, FOREIGN KEY (nest) REFERENCES nests (id) ON DELETE CASCADE)',
  'CREATE TABLE spots (egg int, FOREIGN KEY (egg) REFERENCES eggs (id) ON DELETE CASCADE)',
  'CREATE TABLE guests (nest int)',
  'CREATE TRIGGER nests_left AFTER UPDATE ON nests FOR EACH ROW DELETE FROM guests WHERE nest = OLD.id',
  'INSERT INTO nests (id) VALUES (1), (2)',
  'INSERT INTO eggs VALUES (1, 1), (2, 1), (3, 2)',
  'INSERT INTO spots VALUES (1), (1), (3)',
  'INSERT INTO guests VALUES (1), (1), (2)',
]

describe.runIf(await hasServer())('rows of tables that a migration never names', () => {
  const { current } = eachTestInItsDatabase()

  const up = async (sql: string, header = '') => {
    await using directory = await temporaryDirectory()
    const session = await current().session()
    for (const statement of before) await session.execute(statement)
    const text = `${header}-- === UP MIGRATION ===\n${sql}\n-- === DOWN MIGRATION ===\n`
    await writeFile(directory.file('001_step.sql'), text)
    const runner = new MigrationRunner({
      driver: current().driver(),
      tracker: sqlVersionTracker({ dialect: 'mysql' }),
      source: folderSource({ directory: directory.path }),
    })
    const error = await runner.up().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    const rows = async (table: string) => (await session.inspector?.count(table))?.rows
    return { error, rows }
  }

  it('are not lost by a cascade: the migration is undone, and names table and number', async () => {
    const { error, rows } = await up('DELETE FROM nests WHERE id = 1;')
    expect(error).toMatchObject({
      code: 'ROWS_LOST',
      message: expect.stringContaining('2 rows of the table eggs'),
    })
    expect(await rows('nests')).toBe(2)
    expect(await rows('spots')).toBe(3)
  })

  it('are not lost by a trigger', async () => {
    const { error, rows } = await up('UPDATE nests SET place = 1 WHERE id = 1;')
    expect(error).toMatchObject({
      code: 'ROWS_LOST',
      message: expect.stringContaining('2 rows of the table guests'),
    })
    expect(await rows('guests')).toBe(3)
  })

  it('may go where the header says so', async () => {
    const { error, rows } = await up('DELETE FROM nests WHERE id = 1;', '-- Expect-Loss: eggs, spots\n')
    expect(error).toBeUndefined()
    expect(await rows('eggs')).toBe(1)
    expect(await rows('spots')).toBe(1)
  })

  it('are not lost by one statement of a migration that cannot be undone as a whole: that statement is', async () => {
    const { error, rows } = await up(
      'ALTER TABLE nests ADD COLUMN more int;\nDELETE FROM nests WHERE id = 1;',
    )
    expect(error).toMatchObject({
      code: 'ROWS_LOST',
      message: expect.stringMatching(/statement 2 of 2.*2 rows of the table eggs/),
    })
    expect(await rows('eggs')).toBe(3)
    expect(await rows('nests')).toBe(2)
  })
})
