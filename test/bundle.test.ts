import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Bundle,
  bundleSource,
  type Dialect,
  type MigrateError,
  makeBundle,
  type Source,
  sqliteDialect,
} from '@whimbrel/core'
import { folderSource, type Layout } from '@whimbrel/core/fs'
import { readManifest } from '@whimbrel/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fixture, migration, temporaryFolder, writeFiles } from './fixture.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Everything of a source that a database keeps, but the names of the files. */
async function contentOf(source: Source, dialect: Dialect = sqliteDialect) {
  const { entries, problems } = await source.list()
  expect(problems).toEqual([])
  return Promise.all(
    entries.map(async (entry) => {
      const content = await entry.read()
      const { migration: read, up, down, warnings, remarks } = content.parse(dialect)
      const { file: _, ...known } = read
      return { fingerprint: content.fingerprint, known, up: up.sql, down: down?.sql, warnings, remarks }
    }),
  )
}

async function bundled(source: Source, layout: Layout): Promise<Bundle> {
  const bundle = await makeBundle('{}', [{ name: 'app', source, layout, dialect: sqliteDialect }])
  return JSON.parse(JSON.stringify(bundle))
}

const files = (layout: Layout, id: string, [up, down, header]: readonly [string, string, string]) => {
  if (layout === 'single-file') return { [`${id}.sql`]: migration(up, down, header) }
  if (layout === 'paired') return { [`${id}.sql`]: `${header}\n${up}`, [`${id}_down.sql`]: down }
  const metadata = header === '' ? 'author = "me"\r\n' : `depends_on = ["?9"]\n`
  return { [`${id}/up.sql`]: up, [`${id}/down.sql`]: down, [`${id}/metadata.toml`]: metadata }
}

describe('an embedded bundle', () => {
  it.each(['settings', 'knowledge_graph', 'ontology'])(
    'of %s gives the ids, order, checksums and fingerprints of the folder',
    async (name) => {
      const { databases } = await readManifest(join(root, 'databases/manifest.json'), { env: {} })
      const entry = databases.find((each) => each.name === name)
      if (entry === undefined) throw new Error(name)
      const source = folderSource({ directory: entry.migrations[0], layout: entry.layout })
      const content = await contentOf(source)
      expect(content.length).toBeGreaterThan(5)
      expect(await contentOf(bundleSource(await bundled(source, entry.layout), 'app'))).toEqual(content)
    },
  )

  it.each<Layout>(['single-file', 'directory', 'paired'])(
    'of any folder in the layout %s is the folder',
    async (layout) => {
      const text = fc.constantFrom(
        'SELECT 1;',
        "SELECT 'ä 𝄞';\r\n",
        '/* me */\n\tSELECT 1',
        '',
        ';;',
        '\uFEFF',
      )
      const header = fc.constantFrom('', '-- Depends-On: ?9', '-- Description: x\n-- Environments: a, b')
      const numbers = fc.uniqueArray(fc.nat({ max: 999 }), { maxLength: 5 })
      await fc.assert(
        fc.asyncProperty(numbers, text, text, header, async (versions, up, down, head) => {
          const parts = [up, down, head] as const
          const directory = temporaryFolder()
          for (const version of versions) writeFiles(directory, files(layout, `${version + 1}_x`, parts))
          const source = folderSource({ directory, layout })
          expect(await contentOf(bundleSource(await bundled(source, layout), 'app'))).toEqual(
            await contentOf(source),
          )
        }),
        { numRuns: 25 },
      )
    },
  )

  it('migrates a database, and the folder finds nothing to do afterwards', async () => {
    const fixture = new Fixture({
      '001_a': migration('CREATE TABLE a (id);', 'DROP TABLE a;', '-- Depends-On: 002_b, ?9'),
      '002_b': migration('CREATE TABLE b (id);', 'DROP TABLE b;'),
    })
    const folder = folderSource({ directory: fixture.migrations })
    const source = bundleSource(await bundled(folder, 'single-file'), 'app')
    await fixture.up({ source })
    expect(await fixture.applied()).toEqual(['002_b', '001_a'])
    expect((await fixture.up()).outcome).toBe('up-to-date')
    await fixture.down({ all: true }, { source })
    expect(fixture.objects()).toEqual([])
  })

  it('names the migration of a statement that fails', async () => {
    const fixture = new Fixture({ '001_a': migration('SELECT nowhere;') })
    const folder = folderSource({ directory: fixture.migrations })
    const source = bundleSource(await bundled(folder, 'single-file'), 'app')
    await expect(fixture.up({ source })).rejects.toMatchObject({
      message: expect.stringContaining('001_a failed at bundle:app/001_a.sql:3'),
    })
  })

  it('refuses migrations that no file holds', async () => {
    const source: Source = {
      location: 'nowhere',
      list: async () => ({
        problems: [],
        entries: [
          {
            id: '001_a',
            version: '1',
            name: 'a',
            read: async () => ({
              fingerprint: '',
              parse: () => ({ up: { sql: '', statements: [] } }) as never,
            }),
          },
        ],
      }),
    }
    await expect(bundled(source, 'single-file')).rejects.toMatchObject({
      code: 'USAGE',
      message: '001_a is not from a file, and only files can be bundled',
    })
  })
})

const good = { whimbrel: 1, manifest: '{}', databases: { app: { layout: 'single-file', migrations: [] } } }
const withMigration = (one: unknown, layout = 'single-file') => ({
  ...good,
  databases: { app: { layout, migrations: [one] } },
})

describe('a bundle that somebody edited is refused', () => {
  it.each<readonly [what: string, bundle: unknown, message: string]>([
    ['nothing', undefined, 'This is no bundle of migrations'],
    ['the module instead of its default export', { default: good }, 'This is no bundle of migrations'],
    ['of a newer release', { ...good, whimbrel: 2 }, 'is of the form 2, and this release reads 1'],
    ['without a manifest', { ...good, manifest: undefined }, 'has no "manifest"'],
    ['without databases', { ...good, databases: [] }, 'has no "databases"'],
    [
      'with another layout',
      { ...good, databases: { app: { layout: 'x', migrations: [] } } },
      'databases.app.layout',
    ],
    ['without migrations', { ...good, databases: { app: { layout: 'paired' } } }, 'databases.app.migrations'],
    [
      'with a migration that is none',
      withMigration(null),
      'databases.app.migrations[0] of the bundle has no "id"',
    ],
    ['with a migration without files', withMigration({ id: '001_a' }), '001_a has no "files"'],
    ['without the text', withMigration({ id: '001_a', files: {} }), '001_a has no "sql"'],
    ['without an up', withMigration({ id: '001_a', files: { down: '' } }, 'paired'), '001_a has no "up"'],
    [
      'with a text that is none',
      withMigration({ id: '001_a', files: { sql: 1 } }),
      '"sql" of 001_a is no text',
    ],
    ['with the file of another layout', withMigration({ id: '001_a', files: { up: '' } }), '001_a has "up"'],
  ])('%s', (_, bundle, message) => {
    expect(() => bundleSource(bundle as Bundle, 'app')).toThrow(
      expect.objectContaining({ code: 'BUNDLE_INVALID', message: expect.stringContaining(message) }),
    )
  })

  it('with a database that it does not have, and the nearest is suggested', () => {
    const attempt = (name: string) => () => bundleSource(good as Bundle, name)
    expect(attempt('ap')).toThrow(
      expect.objectContaining({ code: 'DATABASE_UNKNOWN', hint: 'Did you mean "app"? Known: app' }),
    )
    expect(attempt('toString')).toThrow(expect.objectContaining({ code: 'DATABASE_UNKNOWN' }))
  })

  it('with a bad name or the same version twice, before anything runs', async () => {
    const sql = migration('SELECT 1;')
    const bundle = {
      ...good,
      databases: {
        app: {
          layout: 'single-file',
          migrations: ['001_a', '1_b', 'x'].map((id) => ({ id, files: { sql } })),
        },
      },
    } as Bundle
    const fixture = new Fixture()
    const error = await fixture.up({ source: bundleSource(bundle, 'app') }).then(
      () => expect.fail('nothing was refused'),
      (thrown: MigrateError) => thrown,
    )
    const { findings } = error.details as { findings: readonly { code: string }[] }
    expect(findings.map(({ code }) => code)).toEqual(['MIGRATION_NAME', 'MIGRATION_DUPLICATE'])
    expect(fixture.bytes()).toBeUndefined()
  })
})
