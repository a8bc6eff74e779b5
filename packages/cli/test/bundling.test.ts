import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Bundle } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { migration, Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const two = { app: { '001_a': table('a'), '002_b': table('b') }, log: { '001_c': table('c') } }
const textOf = (project: Project, file: string) => readFileSync(join(project.folder, file), 'utf8')
const load = async (project: Project, file: string): Promise<Bundle> =>
  (await import(pathToFileURL(join(project.folder, file)).href)).default

describe('bundle', () => {
  it('writes one module with the manifest and every migration, frozen', async () => {
    const project = new Project(two)
    const { exitCode, out, err } = await project.run('bundle', '--out', 'out/migrations.mjs')
    expect({ exitCode, out, err }).toEqual({
      exitCode: 0,
      out: 'Written to out/migrations.mjs: 2 migrations of app, 1 of log\n',
      err: '',
    })
    const bundle = await load(project, 'out/migrations.mjs')
    expect(bundle).toEqual({
      whimbrel: 1,
      manifest: JSON.stringify(JSON.parse(textOf(project, 'whimbrel.json'))),
      databases: {
        app: {
          layout: 'single-file',
          migrations: [
            { id: '001_a', files: { sql: two.app['001_a'] } },
            { id: '002_b', files: { sql: two.app['002_b'] } },
          ],
        },
        log: { layout: 'single-file', migrations: [{ id: '001_c', files: { sql: two.log['001_c'] } }] },
      },
    })
    expect(Object.isFrozen(bundle) && Object.isFrozen(bundle.databases.app?.migrations[0]?.files)).toBe(true)
  })

  it('writes the same bytes on every run, and nothing that a page or an old engine would take for its own', async () => {
    const odd = migration("SELECT '</script>\u2028\u2029\u0085\\`$', '<!--';", '', '-- Description: ä 𝄞')
    const project = new Project({ app: { '001_a': `\uFEFF${odd.replaceAll('\n', '\r\n')}` } })
    await project.run('bundle', '--out', 'a.mjs')
    await project.run('bundle', '--out', 'b.mjs')
    expect(textOf(project, 'a.mjs')).toBe(textOf(project, 'b.mjs'))
    expect(textOf(project, 'a.mjs')).not.toMatch(/<|[\u2028\u2029\u0085\uFEFF\r]/)
    const bundle = await load(project, 'a.mjs')
    expect(bundle.databases.app?.migrations[0]?.files.sql).toBe(textOf(project, 'app/001_a.sql'))
  })

  it('takes only the databases that --db names, and no value of a variable', async () => {
    const project = new Project(two)
    project.manifest({
      databases: {
        app: { url: `\${APP_URL}`, migrations: `\${FOLDER}` },
        log: { url: 'log.db', migrations: 'log' },
      },
    })
    project.env = { APP_URL: 'sqlite:secret.db', FOLDER: 'app' }
    await project.run('bundle', '--db', 'app', '--out', 'app.mjs')
    const bundle = await load(project, 'app.mjs')
    expect(Object.keys(bundle.databases)).toEqual(['app'])
    expect(bundle.databases.app?.migrations).toHaveLength(2)
    expect(JSON.parse(bundle.manifest)).toEqual({
      databases: { app: { url: `\${APP_URL}`, migrations: `\${FOLDER}` } },
    })
    expect(textOf(project, 'app.mjs')).not.toContain('secret')
  })

  it('takes the migrations of several folders together', async () => {
    const project = new Project({ app: two.app }, { migrations: ['app', 'shared'] })
    project.migrations('shared', { '01_z': table('z') })
    await expectRefusal(project, ['bundle', '--out', 'm.mjs'], { code: 'MIGRATION_DUPLICATE', exitCode: 2 })
    project.remove('shared/01_z.sql')
    project.migrations('shared', { '0010_z': table('z') })
    await project.run('bundle', '--out', 'm.mjs')
    const { app } = (await load(project, 'm.mjs')).databases
    expect(app?.migrations.map(({ id }) => id)).toEqual(['001_a', '002_b', '0010_z'])
  })

  it('writes nothing when any file is wrong, and tells of all', async () => {
    const project = new Project({ ...two, log: { '001_c': 'no marker', '002-d': '' } })
    const document = await project.json('bundle', '--out', 'm.mjs')
    expect(document).toMatchObject({ exitCode: 2, error: { code: 'MIGRATION_NAME' } })
    expect(document.findings?.map(({ file }) => file).sort()).toEqual(['log/001_c.sql', 'log/002-d.sql'])
    expect(project.snapshot()).not.toHaveProperty(['m.mjs'])
    const latin = new Project({ app: {} })
    latin.write('app/001_a.sql', Buffer.from(migration("SELECT 'ä';"), 'latin1'))
    await expectRefusal(latin, ['bundle', '--out', 'm.mjs'], { code: 'MIGRATION_ENCODING', exitCode: 2 })
    const forged = new Project({ app: { '001_a': migration('DELETE FROM schema_migrations;') } })
    await expectRefusal(forged, ['bundle', '--out', 'm.mjs'], { code: 'MIGRATION_FORBIDDEN', exitCode: 2 })
  })

  it('writes over what it wrote, and over nothing else', async () => {
    const project = new Project(two)
    await project.run('bundle', '--out', 'm.ts')
    const before = textOf(project, 'm.ts')
    project.migrations('app', { '003_c': table('d') })
    expect((await project.json('bundle', '--out', 'm.ts')).files).toEqual(['m.ts'])
    expect(textOf(project, 'm.ts')).not.toBe(before)
    expect((await load(project, 'm.ts')).databases.app?.migrations).toHaveLength(3)
    project.write('mine.ts', 'export default 1\n')
    await expectRefusal(project, ['bundle', '--out', 'mine.ts'], { code: 'BUNDLE_INVALID', exitCode: 2 })
    expect(textOf(project, 'mine.ts')).toBe('export default 1\n')
    await expectRefusal(project, ['bundle', '--check', 'mine.ts'], { code: 'BUNDLE_INVALID', exitCode: 2 })
    expect(Object.keys(project.snapshot()).filter((name) => name.includes('tmp'))).toEqual([])
  })

  it('--check exits 3 until the module is what the folders give', async () => {
    const project = new Project(two)
    await expectRefusal(project, ['bundle', '--check', 'm.mjs'], { code: 'BUNDLE_OUTDATED', exitCode: 3 })
    const { error } = await project.json('bundle', '--check', 'm.mjs', '--db', 'app')
    expect(error?.hint).toBe('Run "whimbrel bundle --out m.mjs --db app" and commit the file')
    await project.run('bundle', '--out', 'm.mjs')
    expect((await project.run('bundle', '--check', 'm.mjs')).exitCode).toBe(0)
    project.write('m.mjs', textOf(project, 'm.mjs').replaceAll('\n', '\r\n'))
    expect((await project.run('bundle', '--check', 'm.mjs')).exitCode).toBe(0)
    project.migrations('app', { '002_b': table('other') })
    await expectRefusal(project, ['bundle', '--check', 'm.mjs'], { code: 'BUNDLE_OUTDATED', exitCode: 3 })
  })

  it.each([
    [['bundle']],
    [['bundle', '--out', 'm.json']],
    [['bundle', '--out', 'm']],
    [['bundle', '--out', 'm.mjs', '--check', 'm.mjs']],
    [['bundle', '--out', 'app/001_a.sql/m.mjs']],
    [['bundle', '--out', 'm.mjs', '--url', 'app.db', '--migrations', 'app']],
  ])('refuses %j', async (argv) => {
    await expectRefusal(new Project(two), argv, { code: 'USAGE', exitCode: 2 })
  })
})
