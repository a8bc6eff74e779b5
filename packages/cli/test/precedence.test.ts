import { describe, expect, it } from 'vitest'
import type { StatusOutput } from '../src/output.ts'
import { Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const usage = { code: 'USAGE', exitCode: 2 }

/** Where the command looks, as its status says. */
async function urlsOf(project: Project, ...argv: readonly string[]): Promise<readonly string[]> {
  return (await project.json('status', ...argv)).databases.map((database) => (database as StatusOutput).url)
}

/** A manifest that says one thing, and another one for an environment. */
function layered(key: string, [plain, special]: readonly [unknown, unknown]): Project {
  const project = new Project()
  project.migrations('m', { '001_a': table('a'), '002_b': table('b') })
  project.manifest({
    databases: {
      app: { url: 'sqlite:app.db', migrations: 'm', ...(plain === undefined ? {} : { [key]: plain }) },
    },
    environments: { special: { databases: { app: { [key]: special } } }, other: {} },
  })
  return project
}

describe('where a database is', () => {
  it('comes from the flag, the variables, the environment of the manifest, or the manifest', async () => {
    const project = layered('url', ['sqlite:plain.db', 'sqlite:special.db'])
    expect(await urlsOf(project)).toEqual(['sqlite:plain.db'])
    expect(await urlsOf(project, '--env', 'special')).toEqual(['sqlite:special.db'])
    project.env = { WHIMBREL_ENV: 'special' }
    expect(await urlsOf(project)).toEqual(['sqlite:special.db'])
    expect(await urlsOf(project, '--env', 'other')).toEqual(['sqlite:plain.db'])
    project.env = { ...project.env, DATABASE_PATH: 'path.db', MIGRATIONS_DIR: 'm' }
    expect(await urlsOf(project)).toEqual(['sqlite:path.db'])
    project.env = { ...project.env, DATABASE_URL: 'sqlite:url.db' }
    expect(await urlsOf(project)).toEqual(['sqlite:url.db'])
    expect(await urlsOf(project, '--url', 'sqlite:flag.db')).toEqual(['sqlite:flag.db'])
    expect(await urlsOf(project, '--db', 'app')).toEqual(['sqlite:special.db'])
  })

  it('is read from a manifest that is named by the flag, the variable, or found', async () => {
    const project = layered('url', ['sqlite:found.db', 'sqlite:x.db'])
    const named = (url: string) => JSON.stringify({ databases: { app: { url, migrations: 'm' } } })
    project.write('flag.json', named('sqlite:flag.db'))
    project.write('variable.json', named('sqlite:variable.db'))
    expect(await urlsOf(project)).toEqual(['sqlite:found.db'])
    project.env = { WHIMBREL_MANIFEST: 'variable.json' }
    expect(await urlsOf(project)).toEqual(['sqlite:variable.db'])
    expect(await urlsOf(project, '--manifest', 'flag.json')).toEqual(['sqlite:flag.db'])
  })

  it('names the option or variable that an invalid value came from', async () => {
    const project = layered('url', ['sqlite:a.db', 'sqlite:b.db'])
    const status = ['status']
    const cannot = (from: string) => ({
      code: 'DRIVER_UNKNOWN',
      exitCode: 2,
      message: new RegExp(`^${from} cannot be used: there is no driver for "ftp:"`),
    })
    await expectRefusal(project, [...status, '--url', 'ftp://h/x', '--migrations', 'm'], cannot('--url'))
    project.env = { DATABASE_URL: 'ftp://h/x', MIGRATIONS_DIR: 'm' }
    await expectRefusal(project, status, cannot('DATABASE_URL'))
    project.env = { DATABASE_PATH: 'ftp://h/x', MIGRATIONS_DIR: 'm' }
    await expectRefusal(project, status, cannot('DATABASE_PATH'))
    const environment = (from: string) => ({
      code: 'ENVIRONMENT_UNKNOWN',
      exitCode: 2,
      message: new RegExp(`"prod", which ${from} names$`),
      hint: /Known: special, other/,
    })
    project.env = { WHIMBREL_ENV: 'prod' }
    await expectRefusal(project, status, environment('WHIMBREL_ENV'))
    await expectRefusal(project, [...status, '--env', 'prod'], environment('--env'))
    const manifest = (from: string) => ({
      code: 'MANIFEST_NOT_FOUND',
      exitCode: 2,
      message: new RegExp(`no\\.json, which ${from} names$`),
    })
    project.env = { WHIMBREL_MANIFEST: 'no.json' }
    await expectRefusal(project, status, manifest('WHIMBREL_MANIFEST'))
    await expectRefusal(project, [...status, '--manifest', 'no.json'], manifest('--manifest'))
    project.env = { WHIMBREL_LOG_LEVEL: 'loud' }
    await expectRefusal(project, status, { ...usage, message: /of WHIMBREL_LOG_LEVEL$/ })
    await expectRefusal(project, [...status, '--log-level', 'noisy'], {
      ...usage,
      message: /of --log-level$/,
    })
    project.env = { WHIMBREL_MANIFEST: 'whimbrel.json', DATABASE_URL: 'x.db', MIGRATIONS_DIR: 'm' }
    await expectRefusal(project, status, {
      ...usage,
      message: /^WHIMBREL_MANIFEST names a manifest, and DATABASE_URL/,
    })
  })
})

describe('how a database is treated', () => {
  it('table: default, manifest, environment of the manifest', async () => {
    const tables = async (project: Project, ...argv: readonly string[]) => {
      await project.run('up', ...argv)
      const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%_history'"
      return project.rows<{ name: string }>('app', sql).map(({ name }) => name)
    }
    expect(await tables(layered('table', [undefined, 'special']))).toEqual(['schema_migrations_history'])
    expect(await tables(layered('table', ['plain', 'special']))).toEqual(['plain_history'])
    expect(await tables(layered('table', ['plain', 'special']), '--env', 'special')).toEqual([
      'special_history',
    ])
  })

  it('pragmas: default, manifest, environment of the manifest', async () => {
    const mode = async (project: Project, ...argv: readonly string[]) => {
      await project.run('up', ...argv)
      return project.rows<{ journal_mode: string }>('app', 'PRAGMA journal_mode')[0]?.journal_mode
    }
    const [truncate, persist] = [{ journal_mode: 'TRUNCATE' }, { journal_mode: 'WAL' }]
    expect(await mode(layered('pragmas', [undefined, truncate]))).toBe('wal')
    expect(await mode(layered('pragmas', [truncate, persist]))).toBe('delete')
    expect(await mode(layered('pragmas', [truncate, persist]), '--env', 'special')).toBe('wal')
  })

  it('transaction: default, manifest, environment of the manifest', async () => {
    const kept = async (project: Project, ...argv: readonly string[]) => {
      project.migrations('m', { '002_b': table('a') })
      await project.run('up', ...argv)
      return project.objects('app')
    }
    expect(await kept(layered('transaction', [undefined, 'all']))).toEqual(['a'])
    expect(await kept(layered('transaction', ['all', 'each']))).toEqual([])
    expect(await kept(layered('transaction', ['all', 'each']), '--env', 'special')).toEqual(['a'])
  })

  it('migrations and layout: default, manifest, environment of the manifest', async () => {
    const ids = async (project: Project, ...argv: readonly string[]) => {
      const { databases } = await project.json('status', ...argv)
      return (databases[0] as StatusOutput).pending.map(({ id }) => id)
    }
    const project = layered('migrations', ['m', 'n'])
    project.migrations('n', { '007_n': table('n') })
    expect(await ids(project)).toEqual(['001_a', '002_b'])
    expect(await ids(project, '--env', 'special')).toEqual(['007_n'])
    const folders = layered('layout', [undefined, 'directory'])
    folders.remove('m')
    folders.write('m/2024-01-15-120000_d/up.sql', 'SELECT 1;')
    expect((await folders.run('up', '--dry-run')).exitCode).toBe(2)
    expect(await ids(folders, '--env', 'special')).toEqual(['2024-01-15-120000_d'])
  })

  it.each<[string, string | undefined, string, readonly string[], number]>([
    ['the manifest', '20ms', '60s', [], 20],
    ['its environment', '60s', '20ms', ['--env', 'special'], 20],
    ['the flag', '60s', '60s', ['--env', 'special', '--lock-timeout', '20ms'], 20],
  ])('lockTimeout: %s', async (_, plain, special, argv, expected) => {
    const project = layered('lockTimeout', [plain, special])
    await project.run('up', '--steps', '1')
    project.exec('app', 'CREATE TABLE other (id); PRAGMA user_version = 1')
    const { default: Database } = await import('better-sqlite3')
    const holder = new Database(`${project.folder}/app.db.lock`)
    holder.exec('BEGIN IMMEDIATE')
    try {
      const refused = await project.json('up', ...argv)
      expect(refused).toMatchObject({ exitCode: 4, databases: [{ error: { code: 'LOCK_TIMEOUT' } }] })
      const [, waited] = /waited (\d+) ms/.exec(JSON.stringify(refused)) ?? []
      expect(Number(waited)).toBeGreaterThanOrEqual(expected)
    } finally {
      holder.close()
    }
  })

  it.each<[string, object, readonly string[]]>([
    ['the manifest', { busy_timeout: 20 }, []],
    ['the flag', { busy_timeout: 60_000 }, ['--busy-timeout', '20ms']],
  ])('busy timeout: %s', async (_, pragmas, argv) => {
    const project = layered('pragmas', [pragmas, {}])
    await project.run('up', '--steps', '1')
    const { default: Database } = await import('better-sqlite3')
    const writer = new Database(`${project.folder}/app.db`)
    writer.exec('BEGIN IMMEDIATE')
    try {
      const refused = await project.json('up', ...argv)
      expect(refused).toMatchObject({ exitCode: 4, databases: [{ error: { code: 'DATABASE_BUSY' } }] })
    } finally {
      writer.close()
    }
  })

  it('a wrong value in the manifest or in a variable of it is named with its place', async () => {
    const project = layered('lockTimeout', ['soon', '30s'])
    const invalid = { code: 'MANIFEST_INVALID', exitCode: 2 }
    await expectRefusal(project, ['up'], {
      ...invalid,
      message: /whimbrel\.json:1:\d+: databases\.app\.lockTimeout is "soon"/,
    })
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the manifest
    const special = layered('lockTimeout', ['30s', '${WAIT}'])
    special.env = { WAIT: 'soon' }
    expect((await special.run('status')).exitCode).toBe(0)
    await expectRefusal(special, ['up', '--env', 'special'], {
      ...invalid,
      message: /environments\.special\..*lockTimeout is "soon"/,
    })
  })
})
