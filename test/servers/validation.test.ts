import { expect, it } from 'vitest'
import { describeEngines } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const three = { '001_a': table('a'), '002_b': table('b'), '003_c': table('c') }
const edited = (name: string) => table(name).replace('INTEGER', 'BIGINT')

async function migrated(engine: Parameters<typeof ServerProject.on>[0]): Promise<ServerProject> {
  const project = await ServerProject.on(engine, three)
  await project.works('up')
  return project
}

async function found(project: ServerProject) {
  const { exitCode, databases } = await project.json('validate')
  const findings = (databases[0]?.findings ?? []) as readonly { code: string; migration?: string }[]
  return { exitCode, findings: findings.map(({ code, migration: id }) => [code, id]) }
}

await describeEngines('files and records', (engine) => {
  it('that agree but for line ends, white space and comments are as recorded', async () => {
    const project = await migrated(engine)
    project.write({
      '001_a': table('a').replaceAll('\n', '\r\n'),
      '002_b': `\ufeff${table('b')}`,
      '003_c': table('c').replace('CREATE TABLE', '/* ; */ CREATE\n\tTABLE -- x\n'),
    })
    expect(await found(project)).toEqual({ exitCode: 0, findings: [] })
    expect(await project.works('up')).toContain('nothing to do')
  })

  it('that differ in one token stop up with id and both checksums, and nothing is applied', async () => {
    const project = await migrated(engine)
    const [record] = await project.rows<{ checksum: string }>(
      'SELECT checksum FROM schema_migrations WHERE version = 1',
    )
    project.write({ '001_a': edited('a'), '004_d': table('d') })
    const before = await project.snapshot()
    const { exitCode, stderr } = await project.run('up')
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(
      new RegExp(
        `The up of 001_a was edited after it was applied \\(stored ${record?.checksum}, now sha256:`,
      ),
    )
    expect(await project.snapshot()).toEqual(before)
  })

  it('are told of at once, two changed ups and one changed down', async () => {
    const project = await migrated(engine)
    project.write({
      '001_a': edited('a'),
      '002_b': edited('b'),
      '003_c': table('c').replace('DROP TABLE c', 'DROP TABLE IF EXISTS c'),
    })
    expect(await found(project)).toEqual({
      exitCode: 3,
      findings: Object.keys(three).map((id) => ['CHECKSUM_CHANGED', id]),
    })
  })

  it('are told of by kind: missing, out of order, unknown dependency, bad name', async () => {
    const project = await migrated(engine)
    await project.works('down', '--only', '2')
    project.remove('001_a')
    project.write({ '004_d': table('d', '-- Depends-On: 099_z') })
    expect(await found(project)).toEqual({
      exitCode: 3,
      findings: expect.arrayContaining([
        ['FILE_MISSING', '001_a'],
        ['OUT_OF_ORDER', '002_b'],
        ['DEPENDENCY_MISSING', '004_d'],
      ]),
    })
    const { exitCode, stderr } = await project.run('up')
    expect(exitCode).toBe(2)
    for (const id of ['002_b', '004_d']) expect(stderr).toContain(id)
    project.write({ '004 d': '' })
    expect((await found(project)).findings).toContainEqual(['MIGRATION_NAME', undefined])
  })

  it('agree again when a change is accepted with a reason, which is kept with the old checksum', async () => {
    const project = await migrated(engine)
    const [before] = await project.rows<{ checksum: string }>(
      'SELECT checksum FROM schema_migrations WHERE version = 1',
    )
    project.write({ '001_a': edited('a') })
    expect(await project.run('accept', '1')).toMatchObject({ exitCode: 2 })
    await project.works('accept', '1', '--reason', "it's a typo; -- ?")
    expect(await found(project)).toEqual({ exitCode: 0, findings: [] })
    const sql =
      "SELECT previous_checksum AS old, reason FROM schema_migrations_history WHERE action = 'accept'"
    expect(await project.rows(sql)).toEqual([{ old: before?.checksum, reason: "it's a typo; -- ?" }])
  })

  it('of an imported table are reported once where a checksum is unknown, until it is accepted', async () => {
    const project = await ServerProject.on(engine, three)
    await project.exec(`CREATE TABLE a (id integer); CREATE TABLE b (id integer); CREATE TABLE c (id integer);
      CREATE TABLE schema_migrations (version bigint PRIMARY KEY, name varchar(200), applied_at varchar(40), checksum varchar(90), execution_time_ms double precision);
      INSERT INTO schema_migrations VALUES (1, 'a', '2026-01-02T03:04:05.000Z', 'md5:1', 7)`)
    await project.works('baseline', '3')
    expect(await found(project)).toEqual({ exitCode: 3, findings: [['CHECKSUM_UNKNOWN', '001_a']] })
    await project.works('accept', '1', '--reason', 'compared by hand')
    expect(await found(project)).toEqual({ exitCode: 0, findings: [] })
    expect(await project.works('history')).toMatch(/001_a {2}accepted as it reads .*\n {6}compared by hand\n/)
  })

  it('of an existing database without records begin with a baseline, which executes nothing', async () => {
    const project = await ServerProject.on(engine, three)
    await project.exec('CREATE TABLE a (id integer); CREATE TABLE b (id integer)')
    expect(await project.run('baseline', '9')).toMatchObject({ exitCode: 2 })
    await project.works('baseline', '2')
    expect(await project.tables()).toEqual(['a', 'b'])
    await project.works('up')
    expect(await project.applied()).toEqual(Object.keys(three))
    expect(await project.run('baseline', '3')).toMatchObject({ exitCode: 3 })
  })
})
