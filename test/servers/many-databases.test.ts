import { expect, it, onTestFinished } from 'vitest'
import { documentOf } from '../command-line.ts'
import { migration } from '../fixture.ts'
import { describeEngines, type Engine, type ServerDatabase } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const files = {
  settings: { '001_keys': table('setting_keys') },
  ontology: { '001_terms': table('terms', '-- Depends-On: settings:001_keys') },
  local: { '001_cache': table('cache') },
}

/** Two databases of one server, and a SQLite file, with a folder and a table name each. */
async function product(engine: Engine) {
  const project = await ServerProject.on(engine)
  const other = await engine.database()
  onTestFinished(() => other.remove())
  const databases = {
    settings: { url: project.url, migrations: 'settings', table: 'settings_records' },
    ontology: { url: other.url, migrations: 'ontology', table: 'ontology_records' },
    local: { url: 'sqlite:local.db', migrations: 'local' },
  }
  project.writeManifest({ databases })
  for (const [name, migrations] of Object.entries(files)) project.write(migrations, name)
  return { project, other, databases }
}

const tablesOf = async (engine: Engine, database: ServerDatabase) =>
  (
    await database.rows<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${engine.currentSchema} ORDER BY 1`,
    )
  )
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('whimbrel_'))

await describeEngines('several databases of one manifest', (engine) => {
  it('are all brought to head, each from its folder into its own table, and back', async () => {
    const { project, other } = await product(engine)
    await project.works('up')
    const records = (name: string) => ['', '_history', '_stamp'].map((ending) => `${name}_records${ending}`)
    expect(await tablesOf(engine, project.database)).toEqual(
      expect.arrayContaining(['setting_keys', ...records('settings')]),
    )
    expect(await tablesOf(engine, other)).toEqual(expect.arrayContaining(['terms', ...records('ontology')]))
    expect(await tablesOf(engine, other)).not.toContain('setting_keys')
    expect(await project.works('up')).toContain('nothing to do')
    const { exitCode, stderr } = await project.run('down', '--db', 'settings')
    expect([exitCode, stderr.includes('ontology')]).toEqual([3, true])
    await project.works('down', '--db', 'ontology')
    await project.works('down', '--db', 'settings')
    expect(await tablesOf(engine, project.database)).not.toContain('setting_keys')
  })

  it('are touched one by one with --db, and an unknown name is told with the nearest', async () => {
    const { project, other } = await product(engine)
    await project.works('up', '--db', 'settings')
    expect(await tablesOf(engine, other)).toEqual([])
    const { exitCode, stderr } = await project.run('up', '--db', 'ontologi')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/ontology/)
    await project.works('up', '--db', 'ontology')
    expect(await tablesOf(engine, other)).toContain('terms')
  })

  it('that need one another say which one a run that is limited would need', async () => {
    const { project, other } = await product(engine)
    const { exitCode, stderr } = await project.run('up', '--db', 'ontology')
    expect(exitCode).toBeGreaterThan(0)
    expect(stderr).toContain('settings')
    expect(await tablesOf(engine, other)).toEqual([])
  })

  it('of an independent run that fails in one report done, failed and not started, and a re-run finishes the rest', async () => {
    const { project, other } = await product(engine)
    project.write(
      { '001_terms': migration('INSERT INTO nowhere VALUES (1);', '', '-- Depends-On: settings:001_keys') },
      'ontology',
    )
    const document = await project.json('up', '--independent')
    expect(document.exitCode).toBe(1)
    expect(
      Object.fromEntries(document.databases.map((each) => [(each as { name?: string }).name, each.outcome])),
    ).toMatchObject({
      settings: 'migrated',
      ontology: 'failed',
    })
    project.write(files.ontology, 'ontology')
    await project.works('up', '--independent')
    expect(await tablesOf(engine, other)).toContain('terms')
  })

  it('are told of by status even where one cannot be reached, with one verdict over all', async () => {
    const { project, databases } = await product(engine)
    await project.works('up')
    const down = new URL(project.url)
    down.port = '1'
    project.writeManifest({
      databases: { ...databases, ontology: { ...databases.ontology, url: down.href } },
    })
    const ran = await project.run('status')
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout).toMatch(/^settings .*up to date/m)
    expect(ran.stdout).toMatch(/^ontology .*cannot be read/m)
    expect(ran.stdout).toMatch(/^local .*up to date/m)
    expect(ran.stdout).toMatch(/\n\n1 database with an error/)
    expect(documentOf(await project.run('status', '--json')).databases).toMatchObject([
      { reachable: true, current: '001_keys' },
      { reachable: false, error: { code: 'DATABASE_UNREACHABLE' } },
      { reachable: true, current: '001_cache' },
    ])
  })
})

await describeEngines('a migration marked for another engine', (engine) => {
  const other = engine.dialect === 'postgres' ? 'mysql' : 'postgres'

  it('is skipped, and every command says so', async () => {
    const project = await ServerProject.on(engine, {
      '001_a': table('a', `-- Engine: ${engine.dialect}`),
      '002_b': table('b', `-- Engine: ${other}`),
      '003_c': table('c'),
    })
    for (const words of [['plan'], ['up'], ['status']]) {
      expect(await project.works(...words)).toMatch(new RegExp(`002_b.*${other}`))
    }
    expect(await project.applied()).toEqual(['001_a', '003_c'])
    expect(await project.tables()).toEqual(['a', 'c'])
  })
})
