import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const app = { url: 'sqlite:app.db', migrations: 'm' }
const invalid = { code: 'MANIFEST_INVALID', exitCode: 2 }

function projectWith(content: unknown): Project {
  const project = new Project()
  project.migrations('m', { '001_a': table('a') })
  if (content !== undefined) project.manifest(content)
  return project
}

const only = (entry: object) => ({ databases: { app: { ...app, ...entry } } })

describe('a manifest that cannot be used', () => {
  it.each<[string, unknown, { code: string; message: RegExp; hint: RegExp }]>([
    [
      'missing',
      undefined,
      { code: 'MANIFEST_NOT_FOUND', message: /^There is no manifest in /, hint: /whimbrel init/ },
    ],
    ['empty', '', { ...invalid, message: /:1:1: the manifest is empty$/, hint: /"databases"/ }],
    ['not JSON', 'databases: app', { ...invalid, message: /:1:1: this is not JSON$/, hint: /"databases"/ }],
    ['cut off', '{"databases": {', { ...invalid, message: /whimbrel\.json:1:\d+: /, hint: /./ }],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), { ...invalid, message: /is UTF-16$/, hint: /UTF-8/ }],
    ['Latin-1', Buffer.from('{"é":1}', 'latin1'), { ...invalid, message: /is not UTF-8/, hint: /UTF-8/ }],
    ['a list', [], { ...invalid, message: /:1:1: /, hint: /./ }],
    ['without databases', {}, { ...invalid, message: /databases/, hint: /"databases"/ }],
    ['with no database', { databases: {} }, { ...invalid, message: /databases is empty/, hint: /"app"/ }],
    [
      'with an unknown key',
      only({ tabel: 'x' }),
      { ...invalid, message: /"tabel" is not a key of databases\.app$/, hint: /^Did you mean "table"\?$/ },
    ],
    [
      'with a database twice',
      '{"databases":{"app":{"url":"a.db","migrations":"m"},\n"app":{"url":"b.db","migrations":"m"}}}',
      { ...invalid, message: /:2:1: databases has the key "app" twice, first in line 1$/, hint: /Rename/ },
    ],
    [
      'with one file for two databases',
      { databases: { app, other: { url: './x/../app.db', migrations: 'm' } } },
      {
        ...invalid,
        message: /databases\.other\.url is the same file as database "app"/,
        hint: /place of its own/,
      },
    ],
    [
      'with an empty url',
      only({ url: '' }),
      { ...invalid, message: /databases\.app\.url is empty/, hint: /"url"/ },
    ],
    [
      'with the url of a server that names no database',
      { databases: { app, catalog: { url: 'postgres://a:b@localhost', migrations: 'm' } } },
      {
        code: 'USAGE',
        message: /^Database "catalog" cannot be used: the URL names no database$/,
        hint: /postgres:\/\/host\/name/,
      },
    ],
    [
      'with a misspelt parameter in the url of a server',
      { databases: { app, catalog: { url: 'mysql://localhost/a?sslmode=REQUIRED', migrations: 'm' } } },
      {
        code: 'USAGE',
        message: /^Database "catalog" cannot be used: the URL of the database has no option "sslmode"$/,
        hint: /^Did you mean "ssl-mode"\?$/,
      },
    ],
    ['with a url of blanks', only({ url: ' ' }), { ...invalid, message: /url is empty/, hint: /./ }],
    [
      'with sqlite: and nothing',
      only({ url: 'sqlite:' }),
      { ...invalid, message: /names no file$/, hint: /sqlite:/ },
    ],
    [
      'with a folder as url',
      only({ url: './data/' }),
      { ...invalid, message: /names a folder/, hint: /app\.db/ },
    ],
    [
      'without a url',
      { databases: { app: { migrations: 'm' } } },
      { ...invalid, message: /url/, hint: /"url"/ },
    ],
    [
      'with a url that is a number',
      only({ url: 7 }),
      { ...invalid, message: /url is the number 7/, hint: /"url"/ },
    ],
    [
      'with an unknown driver',
      only({ url: 'oracle://h/x' }),
      { code: 'DRIVER_UNKNOWN', message: /no driver for "oracle:" urls$/, hint: /^Known: sqlite:/ },
    ],
    [
      'with a missing variable',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the manifest
      only({ url: 'sqlite:${NOWHERE}' }),
      { code: 'MANIFEST_VARIABLE', message: /needs the variable NOWHERE for its url/, hint: /^Set NOWHERE/ },
    ],
    [
      'with a layout that is none',
      only({ layout: 'singel-file' }),
      { ...invalid, message: /layout/, hint: /single-file/ },
    ],
  ])('because it is %s', async (_, content, expected) => {
    const project = projectWith(content)
    for (const command of ['up', 'status', 'down'])
      await expectRefusal(project, [command], { ...expected, exitCode: 2 })
  })

  it('because two names lead to one file by a link', async () => {
    const project = projectWith({ databases: { app, other: { url: 'link.db', migrations: 'm' } } })
    await project.run('up', '--db', 'app')
    project.write('app.db', '')
    symlinkSync('app.db', join(project.folder, 'link.db'))
    await expectRefusal(project, ['up'], { ...invalid, message: /the same file/ })
  })

  it('tells everything that is wrong at once', async () => {
    const project = projectWith(only({ tabel: 'x', layout: 'y', lockTimeout: 'z' }))
    const { err } = await project.run('up')
    expect(err).toMatch(/^error: .*\(and 2 more problems\)\n {2}next: .+\n {2}also: .+\n {2}also: .+\n$/)
    for (const word of ['"tabel"', 'layout', 'lockTimeout']) expect(err).toContain(word)
  })
})

describe('a database url that cannot be opened', () => {
  it('because it is a folder', async () => {
    const project = projectWith(only({ url: 'folder' }))
    project.write('folder/file', '')
    const expected = {
      code: 'DATABASE_UNREACHABLE',
      exitCode: 1,
      message: /^folder cannot be opened: it is a dir/,
    }
    for (const command of ['up', 'status', 'down', 'history'])
      await expectRefusal(project, [command], expected)
  })

  it('because it is no database', async () => {
    const project = projectWith(only({}))
    project.write('app.db', 'plain text that is longer than any header of a database file')
    const expected = { code: 'DATABASE_INVALID', exitCode: 1, message: /^app\.db is not a SQLite database$/ }
    for (const command of ['up', 'status', 'down', 'history'])
      await expectRefusal(project, [command], expected)
  })

  it('because its server is down', async () => {
    const project = projectWith(only({ url: 'postgres://user:secret@127.0.0.1:1/x' }))
    const message = /^postgres:\/\/user:\*\*\*@127\.0\.0\.1:1\/x cannot be reached: /
    const expected = { code: 'DATABASE_UNREACHABLE', exitCode: 1, message, hint: /the server runs/ }
    for (const command of ['up', 'status', 'down', 'history'])
      await expectRefusal(project, [command], expected)
  })

  it('because its folder of migrations is not there', async () => {
    const project = projectWith(only({ migrations: 'nowhere' }))
    const expected = {
      code: 'SOURCE_MISSING',
      exitCode: 2,
      message: /^The folder of migrations nowhere does not exist$/,
    }
    for (const command of ['up', 'status', 'plan', 'create']) {
      await expectRefusal(project, command === 'create' ? ['create', 'x'] : [command], expected)
    }
  })
})
