import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { combinedSource, type MigrateError, type Source } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { describe, expect, it } from 'vitest'
import { Fixture, migration, writeFiles } from './fixture.ts'

const table = (name: string, header = '') =>
  migration(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY);`, `DROP TABLE ${name};`, header)

/** Two folders of one database. */
class TwoFolders extends Fixture {
  readonly shared = join(this.folder, 'shared')

  constructor(own: Record<string, string>, shared: Record<string, string>) {
    super(own)
    mkdirSync(this.shared)
    for (const [id, text] of Object.entries(shared)) writeFiles(this.shared, { [`${id}.sql`]: text })
  }

  source(): Source {
    return combinedSource([
      folderSource({ directory: this.migrations, label: 'own' }),
      folderSource({ directory: this.shared, label: 'shared' }),
    ])
  }
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('nothing was refused'),
    (error: MigrateError) => error,
  )

describe('several sources of one database', () => {
  it('are one set of migrations, ordered by version', async () => {
    const fixture = new TwoFolders(
      { '001_a': table('a'), '10_c': table('c') },
      { '2_b': table('b'), '011_d': table('d') },
    )
    await fixture.up({ source: fixture.source() })
    expect(await fixture.applied()).toEqual(['001_a', '2_b', '10_c', '011_d'])
    await fixture.down({ steps: 2 }, { source: fixture.source() })
    expect(fixture.objects()).toEqual(['a', 'b'])
  })

  it('honour what a migration of one says of a migration of the other, "if present" too', async () => {
    const fixture = new TwoFolders(
      { '001_a': table('a', '-- Depends-On: 003_c, ?009_absent'), '004_d': table('d', '-- Depends-On: ?5') },
      { '003_c': table('c'), '005_e': table('e') },
    )
    await fixture.up({ source: fixture.source() })
    expect(await fixture.applied()).toEqual(['003_c', '001_a', '005_e', '004_d'])
  })

  it('that have the same version are refused, naming both places, and nothing runs', async () => {
    const fixture = new TwoFolders({ '001_a': table('a') }, { '01_b': table('b') })
    const error = await refusal(fixture.up({ source: fixture.source() }))
    expect(error).toMatchObject({
      code: 'MIGRATION_DUPLICATE',
      message: '001_a (own) and 01_b (shared) have the same version, 1',
      details: { version: '1', ids: ['001_a', '01_b'], places: ['own', 'shared'] },
    })
    expect(fixture.bytes()).toBeUndefined()
  })

  it('tell what is wrong in each of them', async () => {
    const fixture = new TwoFolders({ '001_a': table('a') }, { '002-b': table('b') })
    const { entries, problems } = await fixture.source().list()
    expect(entries.map(({ id }) => id)).toEqual(['001_a'])
    expect(problems.map(({ details }) => details.file)).toEqual([join('shared', '002-b.sql')])
  })

  it('are all needed', async () => {
    const fixture = new TwoFolders({ '001_a': table('a') }, {})
    const source = combinedSource([
      folderSource({ directory: fixture.migrations }),
      folderSource({ directory: join(fixture.folder, 'nowhere'), label: 'nowhere' }),
    ])
    expect(await refusal(fixture.up({ source }))).toMatchObject({
      code: 'SOURCE_MISSING',
      message: 'The folder of migrations nowhere does not exist',
    })
  })

  it.each<unknown>([[[]], [undefined], [[undefined]], [[{}]], ['folder'], [['folder']]])(
    'are refused as %j',
    (sources) => {
      expect(() => combinedSource(sources as readonly Source[])).toThrow('at least one source')
    },
  )

  it('say where they all are; one is itself', () => {
    const fixture = new TwoFolders({}, {})
    expect(fixture.source().location).toBe('own, shared')
    const one = folderSource({ directory: fixture.migrations })
    expect(combinedSource([one])).toBe(one)
  })
})
