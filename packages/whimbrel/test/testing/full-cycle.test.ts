import { fileURLToPath } from 'node:url'
import { codeSource } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { type FullCycleOptions, fullCycle } from '../../src/testing/index.ts'
import { notes, TestFolders, type Texts } from './test-migrations.ts'

const folders = new TestFolders()
const cycle = (texts: Texts) => fullCycle({ migrations: folders.write(texts) })

describe('fullCycle', () => {
  it('resolves where every down takes back what its up did', async () => {
    const { migrations } = await cycle(notes)
    expect(migrations.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(
      Object.keys(notes).map((id) => `${id} cycled`),
    )
  })

  it.each(['settings', 'knowledge_graph', 'ontology'])(
    'resolves for the example database %s',
    async (database) => {
      const manifest = fileURLToPath(new URL('../../../../databases/manifest.json', import.meta.url))
      const { migrations } = await fullCycle({ manifest, database })
      expect(new Set(migrations.map(({ outcome }) => outcome))).toEqual(new Set(['cycled']))
    },
  )

  it.each([
    ['the table tags', 'CREATE TABLE tags (a);'],
    ['the column notes.size', 'ALTER TABLE notes ADD COLUMN size INTEGER;'],
    ['the index by_body on notes', 'CREATE INDEX by_body ON notes (body);'],
    ['the trigger t on notes', 'CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; END;'],
    ['the view bodies', 'CREATE VIEW bodies AS SELECT body FROM notes;'],
  ])('rejects for a down that leaves %s behind, and names it', async (object, up) => {
    await expect(cycle({ ...notes, '004_next': [up, 'SELECT 1;'] })).rejects.toMatchObject({
      code: 'DOWN_LEAVES',
      message: `The down of 004_next leaves ${object} behind`,
      details: { migration: '004_next' },
    })
  })

  it.each([
    ['the table notes', 'DROP VIEW ranked; DROP TABLE notes;'],
    ['the column notes.rank', 'DROP VIEW ranked; DROP INDEX notes_rank; ALTER TABLE notes DROP COLUMN rank;'],
    ['the index notes_rank on notes', 'DROP INDEX notes_rank;'],
    ['the view ranked', 'DROP VIEW ranked;'],
  ])('rejects for a down that loses %s, and names it', async (object, down) => {
    await expect(cycle({ ...notes, '004_next': ['SELECT 1;', down] })).rejects.toMatchObject({
      code: 'DOWN_LOSES',
      message: expect.stringContaining(`The down of 004_next does not bring ${object} back`),
    })
  })

  it('rejects for a down that loses a trigger, and names it', async () => {
    const texts: Texts = {
      ...notes,
      '004_trigger': ['CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; END;', 'DROP TRIGGER t;'],
      '005_next': ['SELECT 1;', 'DROP TRIGGER t;'],
    }
    await expect(cycle(texts)).rejects.toMatchObject({
      code: 'DOWN_LOSES',
      message: 'The down of 005_next does not bring the trigger t on notes back',
    })
  })

  it('tries migrations that are code, too', async () => {
    const migrations = codeSource([
      {
        id: '001_a',
        up: (session) => session.execute('CREATE TABLE a (x)'),
        down: (session) => session.execute('DROP TABLE a'),
      },
      { id: '002_b', up: (session) => session.execute('CREATE TABLE b (x)'), down: () => {} },
    ])
    await expect(fullCycle({ migrations })).rejects.toMatchObject({
      message: 'The down of 002_b leaves the table b behind',
    })
  })

  it('names everything that was found', async () => {
    const texts: Texts = {
      ...notes,
      '004_tags': ['CREATE TABLE tags (a);', 'SELECT 1;'],
      '005_labels': ['CREATE TABLE labels (a);', 'SELECT 1;'],
    }
    await expect(cycle(texts)).rejects.toMatchObject({
      message:
        'The down of 004_tags leaves the table tags behind\nThe down of 005_labels leaves the table labels behind',
    })
  })

  it.each([0, -1, 1.5])('refuses %d rows', async (rows) => {
    await expect(fullCycle({ migrations: 'x', rows })).rejects.toMatchObject({
      code: 'USAGE',
      message: `${rows} is no number of rows`,
    })
  })

  it('refuses options that there are not', async () => {
    const options = { migrations: 'x', row: 3 } as unknown as FullCycleOptions
    await expect(fullCycle(options)).rejects.toMatchObject({ code: 'USAGE', hint: 'Did you mean "rows"?' })
  })
})
