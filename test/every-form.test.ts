import {
  bundleSource,
  type CodeMigration,
  codeSource,
  combinedSource,
  type MigrateError,
  makeBundle,
  type Source,
  sqliteDialect,
} from '@whimbrel/core'
import { folderSource, type Layout } from '@whimbrel/core/fs'
import { describe, expect, it } from 'vitest'
import { Fixture, migration, temporaryFolder, writeFiles } from './fixture.ts'

/** A migration as code; files are made from it. */
type Written = CodeMigration & { readonly up: string; readonly down?: string }

const headers: Readonly<Record<string, string>> = {
  description: 'Description',
  author: 'Author',
  date: 'Date',
  dependsOn: 'Depends-On',
  environments: 'Environments',
  irreversible: 'Irreversible',
  expectLoss: 'Expect-Loss',
}

/** Metadata as pairs of a header key and its value. */
function header(written: Written): readonly (readonly [key: string, value: string])[] {
  const named = Object.entries(headers).flatMap(([key, name]) => {
    const value = (written as unknown as Record<string, string | readonly string[] | undefined>)[key]
    return value === undefined ? [] : [[name, [value].flat().join(', ')] as const]
  })
  const { transactional, foreignKeys } = written
  const flags = [
    ...(transactional === false ? [['Transaction', 'none'] as const] : []),
    ...(foreignKeys ? [['Foreign-Keys', 'on'] as const] : []),
  ]
  return [...named, ...flags]
}

function filesOf(layout: Layout, written: Written): Record<string, string> {
  const { id, up, down = '' } = written
  const comments = header(written).map(([key, value]) => `-- ${key}: ${value}\n`)
  if (layout === 'single-file') return { [`${id}.sql`]: migration(up, down, comments.join('')) }
  if (layout === 'paired') return { [`${id}.sql`]: comments.join('') + up, [`${id}_down.sql`]: down }
  const metadata = header(written).map(([key, value]) => `${key.toLowerCase()} = "${value}"\n`)
  return { [`${id}/up.sql`]: up, [`${id}/down.sql`]: down, [`${id}/metadata.toml`]: metadata.join('') }
}

function folder(layout: Layout, all: readonly Written[]): Source {
  const directory = temporaryFolder()
  for (const written of all) writeFiles(directory, filesOf(layout, written))
  return folderSource({ directory, layout })
}

async function bundle(layout: Layout, all: readonly Written[]): Promise<Source> {
  const source = folder(layout, all)
  const made = await makeBundle('{}', [{ name: 'app', source, layout, dialect: sqliteDialect }])
  return bundleSource(JSON.parse(JSON.stringify(made)), 'app')
}

type Form = (all: readonly Written[]) => Source | Promise<Source>

/** All forms of a source, made from the same migrations. */
const forms: readonly (readonly [name: string, form: Form])[] = [
  ['a folder of single files', (all) => folder('single-file', all)],
  ['a folder of folders', (all) => folder('directory', all)],
  ['a folder of pairs', (all) => folder('paired', all)],
  ['a bundle of single files', (all) => bundle('single-file', all)],
  ['a bundle of folders', (all) => bundle('directory', all)],
  ['a bundle of pairs', (all) => bundle('paired', all)],
  ['code', (all) => codeSource(all)],
  [
    'a folder, a bundle and code together',
    async (all) => {
      const every = (rest: number) => all.filter((_, index) => index % 3 === rest)
      const sources = [folder('paired', every(0)), await bundle('directory', every(1)), codeSource(every(2))]
      return combinedSource(sources)
    },
  ],
]

const table = (id: string, name: string, more: Partial<CodeMigration> = {}) =>
  ({
    id,
    up: `CREATE TABLE ${name} (id INTEGER PRIMARY KEY);`,
    down: `DROP TABLE ${name};`,
    ...more,
  }) as Written

const varied: readonly Written[] = [
  table('0100_d', 'd', { author: 'me', date: '2026-11-26', description: 'The last one' }),
  table('2_a', 'a', { environments: ['staging', 'production'], dependsOn: '?ontology:4' }),
  table('10_b', 'b', { foreignKeys: true, expectLoss: ['x', 'y'], dependsOn: ['2', '?11_absent'] }),
  {
    id: '099_c',
    up: "-- a comment; here\nVACUUM -- ä '",
    transactional: false,
    irreversible: 'Nothing to take back',
  },
]

async function known(source: Source) {
  const { entries, problems } = await source.list()
  expect(problems).toEqual([])
  return Promise.all(
    entries.map(async (entry) => {
      const { migration: read, warnings } = (await entry.read()).parse(sqliteDialect)
      const { file: _, fingerprint: __, ...rest } = read
      return { ...rest, warnings }
    }),
  )
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('nothing was refused'),
    (error: MigrateError) => error,
  )

describe.each(forms)('%s', (_, form) => {
  it('gives the same ids, order, checksums and metadata as code', async () => {
    const found = await known(await form(varied))
    expect(found.map(({ id }) => id)).toEqual(['2_a', '10_b', '099_c', '0100_d'])
    expect(found).toEqual(await known(codeSource(varied)))
  })

  it('ignores a dependency "if present" where its target is absent, and honours it where it is there', async () => {
    const all = [table('001_a', 'a', { dependsOn: '?3' }), table('002_b', 'b')]
    const without = new Fixture()
    await without.up({ source: await form(all) })
    expect(await without.applied()).toEqual(['001_a', '002_b'])
    const present = new Fixture()
    await present.up({ source: await form([...all, table('003_c', 'c')]) })
    expect(await present.applied()).toEqual(['003_c', '001_a', '002_b'])
  })

  it('names a missing dependency and a cycle, and nothing runs', async () => {
    const fixture = new Fixture()
    const missing = await form([table('001_a', 'a', { dependsOn: '7' })])
    expect((await refusal(fixture.up({ source: missing }))).message).toContain('001_a needs 7 (not found)')
    const cycle = await form([
      table('001_a', 'a', { dependsOn: '2' }),
      table('002_b', 'b', { dependsOn: '001_a' }),
    ])
    expect((await refusal(fixture.up({ source: cycle }))).message).toContain('001_a → 002_b → 001_a')
    expect(fixture.bytes()).toBeUndefined()
  })

  it('leaves out what is for other environments', async () => {
    const source = await form([table('001_a', 'a', { environments: 'production' }), table('002_b', 'b')])
    const fixture = new Fixture()
    await fixture.up({ source, environment: 'staging' })
    expect(fixture.objects()).toEqual(['b'])
    const everywhere = new Fixture()
    await everywhere.up({ source, environment: 'production' })
    expect(everywhere.objects()).toEqual(['a', 'b'])
  })

  it('honours what is said of transactions and of going back', async () => {
    const fixture = new Fixture()
    const source = await form([table('001_a', 'a'), varied[3] as Written])
    await fixture.up({ source })
    expect(await refusal(fixture.down({}, { source }))).toMatchObject({
      code: 'IRREVERSIBLE',
      message: expect.stringContaining('Nothing to take back'),
    })
  })

  it('goes on where any other form has stopped', async () => {
    const all = [table('001_a', 'a'), table('002_b', 'b', { dependsOn: '1' }), table('003_c', 'c')]
    const fixture = new Fixture()
    await fixture.runner({ source: codeSource(all) }).up({ steps: 2 })
    const source = await form(all)
    expect((await fixture.up({ source })).steps.map(({ id }) => id)).toEqual(['003_c'])
    await fixture.down({ all: true }, { source })
    expect(fixture.objects()).toEqual([])
  })
})
