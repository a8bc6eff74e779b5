import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../migrate-error.ts'
import type { Layout } from '../model/layout.ts'
import { compareVersions } from '../model/migration.ts'
import { sqliteDialect } from '../sql/sqlite-dialect.ts'
import { folderSource } from './folder-source.ts'

const single = (up: string, down = '') =>
  `-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'whimbrel-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
}

const source = (layout?: Layout) => folderSource({ directory, label: 'm', ...(layout && { layout }) })
const idsOf = async (layout?: Layout) => (await source(layout).list()).entries.map(({ id }) => id)
const problemsOf = async (layout?: Layout) => (await source(layout).list()).problems

async function parseFirst(layout?: Layout) {
  const [entry] = (await source(layout).list()).entries
  const content = await entry?.read()
  if (content === undefined) throw new Error('no entry')
  return { fingerprint: content.fingerprint, ...content.parse(sqliteDialect) }
}

async function rejected(promise: Promise<unknown> | undefined): Promise<MigrateError> {
  try {
    await promise
  } catch (error) {
    if (MigrateError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const readError = async (layout?: Layout) => rejected((await source(layout).list()).entries[0]?.read())

describe('a folder in each layout', () => {
  const [up, down] = ['CREATE TABLE a (b);', 'DROP TABLE a;']
  const layouts: readonly (readonly [Layout, string, Record<string, string>])[] = [
    ['single-file', '002_b', { '002_b.sql': single(up, down) }],
    [
      'directory',
      '2024-01-15-120000_a',
      { '2024-01-15-120000_a/up.sql': up, '2024-01-15-120000_a/down.sql': down },
    ],
    ['paired', '1764673549_c', { '1764673549_c.sql': up, '1764673549_c_down.sql': down }],
    ['paired', '1764673549_c', { '1764673549_c.up.sql': up, '1764673549_c.down.sql': down }],
  ]

  it.each(layouts)('is found with its id, up and down: %s %s', async (layout, id, files) => {
    write(files)
    expect(await idsOf(layout)).toEqual([id])
    expect(await problemsOf(layout)).toEqual([])
    const { migration, up: script, down: back } = await parseFirst(layout)
    expect(migration).toMatchObject({
      id,
      reversible: true,
      version: id.replace(/_.*/, '').replace(/\D|^0+/g, ''),
    })
    expect(script.statements.map(({ start, end }) => script.sql.slice(start, end))).toEqual([
      'CREATE TABLE a (b)',
    ])
    expect(back?.statements.map(({ start, end }) => back.sql.slice(start, end))).toEqual(['DROP TABLE a'])
  })

  it('has the same checksums in every layout', async () => {
    const checksums = new Set<string>()
    for (const [layout, , files] of layouts) {
      rmSync(directory, { recursive: true })
      write(files)
      const { migration } = await parseFirst(layout)
      checksums.add(`${migration.checksum} ${migration.downChecksum}`)
    }
    expect(checksums.size).toBe(1)
  })

  it('may leave out the down where it is a file of its own', async () => {
    write({ '001_a/up.sql': up })
    expect((await parseFirst('directory')).migration.reversible).toBe(false)
    rmSync(join(directory, '001_a'), { recursive: true })
    write({ '001_a.sql': up })
    expect((await parseFirst('paired')).migration.reversible).toBe(false)
  })

  it('honours header comments and a metadata file alike', async () => {
    write({
      '001_a/up.sql': '-- Author: me\nVACUUM;',
      '001_a/metadata.toml': 'transaction = "none"\nfoo = "x"\n',
    })
    const { migration, warnings } = await parseFirst('directory')
    expect(migration).toMatchObject({
      author: 'me',
      transactional: false,
      file: join('m', '001_a', 'up.sql'),
    })
    expect(warnings.map(({ line }) => line)).toEqual([2])
  })

  it('has a fingerprint that changes with every byte of every file of a migration', async () => {
    const seen = new Set<string>()
    for (const files of [
      { '001_a/up.sql': 'SELECT 1', '001_a/down.sql': 'SELECT 2' },
      { '001_a/up.sql': 'SELECT 1 ', '001_a/down.sql': 'SELECT 2' },
      { '001_a/up.sql': 'SELECT 1S', '001_a/down.sql': 'ELECT 2' },
      { '001_a/up.sql': 'SELECT 1' },
      { '001_a/up.sql': 'SELECT 1', '001_a/metadata.toml': 'SELECT 2' },
    ]) {
      rmSync(directory, { recursive: true })
      write(files)
      const content = await (await source('directory').list()).entries[0]?.read()
      seen.add(content?.fingerprint ?? '')
    }
    expect(seen.size).toBe(5)
  })

  it('shows files under its label', async () => {
    write({ '001_a.sql': 'SELECT 1;' })
    expect((await rejected(parseFirst())).details.file).toBe(join('m', '001_a.sql'))
    expect(source().location).toBe('m')
    expect(folderSource({ directory }).location).toBe(directory)
  })
})

describe('the order of a folder', () => {
  it('is that of the versions as integers', async () => {
    const names = ['10_x', '2_x', '100_x', '099_x', '12345678901234567_a', '12345678901234566_b']
    write(Object.fromEntries(names.map((name) => [`${name}.sql`, ''])))
    expect(await idsOf()).toEqual([
      '2_x',
      '10_x',
      '099_x',
      '100_x',
      '12345678901234566_b',
      '12345678901234567_a',
    ])
  })

  it('is the same for any set of versions, however they are padded', async () => {
    const versions = fc.uniqueArray(fc.bigInt({ min: 1n, max: 999_999_999_999_999_999n }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(versions, fc.nat({ max: 18 }), async (wanted, padding) => {
        rmSync(directory, { recursive: true })
        mkdirSync(directory)
        write(
          Object.fromEntries(
            wanted.map((version) => [`${String(version).padStart(padding, '0')}_x.sql`, '']),
          ),
        )
        const { entries } = await source().list()
        const sorted = [...wanted].sort((a, b) => (a < b ? -1 : 1)).map(String)
        expect(entries.map(({ version }) => version)).toEqual(sorted)
        expect(entries.map(({ version }) => version).sort(compareVersions)).toEqual(sorted)
      }),
      { numRuns: 30 },
    )
  })
})

describe('names in a folder', () => {
  it('that do not concern migrations are ignored', async () => {
    write({
      '001_a.sql': '',
      'README.md': '',
      'readme.sql': '',
      'notes.txt': '',
      '.hidden.sql': '',
      '._001_a.sql': '',
      '001_a.sql~': '',
      '.001_a.sql.swp': '',
      'schema.json': '',
      'metadata.toml': '',
      'archive/old.sql': '',
    })
    expect(await idsOf()).toEqual(['001_a'])
    expect(await problemsOf()).toEqual([])
  })

  it('that end in .sql and do not fit are problems that name the file', async () => {
    write({ '001_a.sql': '', '002-b.sql': '', 'c.sql': '', '004_d.SQL': '', '000_e.sql': '' })
    const problems = await problemsOf()
    expect(problems.map(({ code, details }) => [code, details.file]).sort()).toEqual(
      ['000_e.sql', '002-b.sql', '004_d.SQL', 'c.sql'].map((file) => ['MIGRATION_NAME', join('m', file)]),
    )
    expect(problems.find(({ details }) => details.file === join('m', '004_d.SQL'))?.hint).toBe(
      'Rename it to 004_d.sql',
    )
    expect(await idsOf()).toEqual(['001_a'])
  })

  it('of one version twice are a problem that names both', async () => {
    write({ '001_a.sql': '', '01_b.sql': '', '002_c.sql': '' })
    const [problem] = await problemsOf()
    expect(problem?.code).toBe('MIGRATION_DUPLICATE')
    expect(problem?.message).toBe('001_a and 01_b have the same version, 1')
  })

  it('of folders are checked where folders are migrations', async () => {
    write({
      'add-users/up.sql': '',
      '2024-01-15-120000_a/up.SQL': '',
      '002_b/readme.md': '',
      'seeds/a.sql': '',
    })
    const problems = await problemsOf('directory')
    expect(problems.map(({ code, details }) => [code, details.file]).sort()).toEqual([
      ['MIGRATION_LAYOUT', join('m', '002_b')],
      ['MIGRATION_LAYOUT', join('m', '2024-01-15-120000_a')],
      ['MIGRATION_NAME', join('m', 'add-users')],
    ])
  })

  it('inside the folder of a migration are only up.sql and down.sql', async () => {
    write({ '001_a/up.sql': '', '001_a/dwon.sql': '', '001_a/notes.md': '' })
    const [problem, ...rest] = await problemsOf('directory')
    expect(problem?.details.file).toBe(join('m', '001_a', 'dwon.sql'))
    expect(rest).toEqual([])
  })

  it('of pairs must be complete and unambiguous', async () => {
    write({
      '001_a_down.sql': '',
      '002_b.sql': '',
      '002_b.up.sql': '',
      '003_c.sql': '',
      '003_c_down.sql': '',
      '003_c.down.sql': '',
    })
    const problems = await problemsOf('paired')
    expect(problems.map(({ code }) => code)).toEqual([
      'MIGRATION_LAYOUT',
      'MIGRATION_DUPLICATE',
      'MIGRATION_DUPLICATE',
    ])
    expect(problems[0]?.message).toContain('001_a_down.sql takes back a migration that is not there')
  })

  it('of pairs may really end in "down"', async () => {
    write({ '001_scroll_down.sql': '', '001_scroll_down_down.sql': '', '002_shut_down.up.sql': '' })
    expect(await problemsOf('paired')).toEqual([])
    expect(await idsOf('paired')).toEqual(['001_scroll_down', '002_shut_down'])
    rmSync(join(directory, '001_scroll_down_down.sql'))
    rmSync(join(directory, '002_shut_down.up.sql'))
    expect(await idsOf()).toEqual(['001_scroll_down'])
  })
})

describe('a folder that mixes layouts is refused', () => {
  const odd: readonly (readonly [Layout, string, string])[] = [
    ['single-file', '2024-01-15-120000_b/up.sql', 'directory'],
    ['single-file', '002_b.up.sql', 'paired'],
    ['single-file', '001_a_down.sql', 'paired'],
    ['paired', '2024-01-15-120000_b/up.sql', 'directory'],
    ['directory', '002_b.sql', 'single-file'],
    ['directory', '002_b_down.sql', 'paired'],
  ]
  it.each(odd)('%s with %s', async (layout, name, looksLike) => {
    write({ '001_a.sql': '', [name]: '' })
    const problem = (await problemsOf(layout)).find(({ details }) => details.looksLike === looksLike)
    expect(problem?.code).toBe('MIGRATION_LAYOUT')
    expect(problem?.message).toContain(looksLike)
    expect(problem?.hint).toContain('"layout"')
  })

  it('paired with a file that holds both directions', async () => {
    write({ '001_a.sql': single('SELECT 1;') })
    const error = await rejected(parseFirst('paired'))
    expect(error.code).toBe('MIGRATION_LAYOUT')
    expect(error.details.file).toBe(join('m', '001_a.sql'))
  })

  it('single-file with a file that holds one direction', async () => {
    write({ '001_a.sql': 'SELECT 1;' })
    const error = await rejected(parseFirst())
    expect(error.code).toBe('MIGRATION_MARKER')
    expect(error.hint).toContain('"paired" or "directory"')
  })
})

describe('a folder that cannot be read', () => {
  const listError = (path: string) => rejected(folderSource({ directory: path, label: 'm' }).list())

  it('is an error, not "no migrations"', async () => {
    for (const path of [join(directory, 'nowhere'), '']) {
      const error = await listError(path)
      expect(error.code).toBe('SOURCE_MISSING')
      expect(error.message).toBe('The folder of migrations m does not exist')
    }
  })

  it('is told apart: a file, a link to nowhere, a link in a circle', async () => {
    write({ 'file.sql': '' })
    expect((await listError(join(directory, 'file.sql'))).message).toContain('is not a folder')
    symlinkSync(join(directory, 'nowhere'), join(directory, 'dangling'))
    expect((await listError(join(directory, 'dangling'))).code).toBe('SOURCE_MISSING')
    symlinkSync(join(directory, 'circle'), join(directory, 'circle'))
    expect((await listError(join(directory, 'circle'))).message).toContain('a link that leads back to itself')
  })

  it('because of its rights says so', async () => {
    chmodSync(directory, 0)
    const error = await asPlainUser(() => listError(directory))
    chmodSync(directory, 0o700)
    expect(error.message).toContain('may not be read by this user')
  })

  it('is not read at all with a layout that does not exist', () => {
    expect(() => folderSource({ directory, layout: 'nested' as Layout })).toThrow(
      'There is no layout "nested"',
    )
    expect(() => folderSource({ directory, layout: 'toString' as Layout })).toThrow(MigrateError)
  })
})

describe('a migration that cannot be read', () => {
  it('because of its rights is named', async () => {
    write({ '001_a.sql': '' })
    chmodSync(join(directory, '001_a.sql'), 0)
    chmodSync(directory, 0o755)
    const error = await asPlainUser(() => readError())
    expect(error.code).toBe('MIGRATION_UNREADABLE')
    expect(error.message).toBe(`${join('m', '001_a.sql')} may not be read by this user`)
  })

  it('because it is a link to nowhere or in a circle is named', async () => {
    symlinkSync(join(directory, 'nowhere'), join(directory, '001_a.sql'))
    expect((await readError()).message).toContain('is not there, or is a link to a file that is not')
    rmSync(join(directory, '001_a.sql'))
    symlinkSync('001_a.sql', join(directory, '001_a.sql'))
    expect((await readError()).message).toContain('a link that leads back to itself')
    rmSync(join(directory, '001_a.sql'))
    symlinkSync('2_a', join(directory, '2_a'))
    expect((await problemsOf('directory'))[0]?.code).toBe('MIGRATION_UNREADABLE')
  })

  it('because it is a folder is named', async () => {
    mkdirSync(join(directory, 'x.sql'))
    expect((await problemsOf())[0]).toMatchObject({
      code: 'MIGRATION_NAME',
      details: { file: join('m', 'x.sql') },
    })
    rmSync(join(directory, 'x.sql'), { recursive: true })
    mkdirSync(join(directory, 'folder'))
    symlinkSync('folder', join(directory, '001_a.sql'))
    expect((await readError()).message).toContain('is a folder, and a migration is a file')
  })

  it('because it is a pipe is named, without waiting for a writer', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(directory, '001_a.sql')])
    expect((await readError()).message).toContain('neither a file nor a folder')
  })

  it('because it went away after the listing is named', async () => {
    write({ '001_a.sql': '' })
    const { entries } = await source().list()
    rmSync(join(directory, '001_a.sql'))
    expect((await rejected(entries[0]?.read())).code).toBe('MIGRATION_UNREADABLE')
  })

  it('because it is too large is not read', async () => {
    write({ '001_a.sql': '' })
    truncateSync(join(directory, '001_a.sql'), 32 * 1024 * 1024 + 1)
    const error = await readError()
    expect(error.code).toBe('MIGRATION_TOO_LARGE')
    expect(error.message).toContain('a migration may have 32 MiB')
  })

  it('because it is not UTF-8 is named', async () => {
    write({ '001_a.sql': Buffer.from(single("SELECT 'ä';"), 'latin1') })
    expect(await rejected(parseFirst())).toMatchObject({
      code: 'MIGRATION_ENCODING',
      details: { file: join('m', '001_a.sql'), line: 2 },
    })
  })
})

describe('a link to a migration', () => {
  it('is followed', async () => {
    write({ 'shared/a.txt': single('SELECT 1;'), 'shared/b/up.sql': 'SELECT 1;' })
    symlinkSync(join('shared', 'a.txt'), join(directory, '001_a.sql'))
    expect((await parseFirst()).up.statements).toHaveLength(1)
    rmSync(join(directory, '001_a.sql'))
    symlinkSync(join('shared', 'b'), join(directory, '001_b'))
    expect((await parseFirst('directory')).up.statements).toHaveLength(1)
  })
})

/** Root may read everything: it steps down while it looks. */
async function asPlainUser<T>(look: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return look()
  process.seteuid?.(65_534)
  try {
    return await look()
  } finally {
    process.seteuid?.(0)
  }
}
