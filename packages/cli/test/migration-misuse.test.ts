import { chmodSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runBinary } from './binary.ts'
import { migration, Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const UP = '-- === UP MIGRATION ==='
const DOWN = '-- === DOWN MIGRATION ==='
const whole = migration('CREATE TABLE b (id INTEGER);', 'DROP TABLE b;')

/** One sound migration that is applied, one that is pending, and between them the file in question. */
async function projectWith(name: string, content: string | Buffer): Promise<Project> {
  const project = new Project({ app: { '001_a': table('a') } })
  await project.run('up')
  project.write(`app/${name}`, content)
  project.migrations('app', { '003_c': table('c') })
  return project
}

describe('a migration file that is wrong stops everything before anything runs', () => {
  it.each<[string, string, string | Buffer, string, RegExp]>([
    [
      'has no marker',
      '002_b.sql',
      'CREATE TABLE b (id);',
      'MIGRATION_MARKER',
      /002_b\.sql has neither an UP nor a DOWN marker$/,
    ],
    [
      'has no DOWN marker',
      '002_b.sql',
      `${UP}\nSELECT 1;`,
      'MIGRATION_MARKER',
      /002_b\.sql has no DOWN marker$/,
    ],
    [
      'has no UP marker',
      '002_b.sql',
      `${DOWN}\nSELECT 1;`,
      'MIGRATION_MARKER',
      /002_b\.sql has no UP marker$/,
    ],
    [
      'has two UP markers',
      '002_b.sql',
      `${UP}\n${UP}\n${DOWN}\n`,
      'MIGRATION_MARKER',
      /line 2: a second UP marker; line 1 has the first$/,
    ],
    [
      'has two DOWN markers',
      '002_b.sql',
      `${UP}\n${DOWN}\n${DOWN}\n`,
      'MIGRATION_MARKER',
      /line 3: a second DOWN marker/,
    ],
    [
      'has them reversed',
      '002_b.sql',
      `${DOWN}\n${UP}\n`,
      'MIGRATION_MARKER',
      /line 1: the DOWN marker stands above the UP marker of line 2$/,
    ],
    [
      'has one in a string',
      '002_b.sql',
      `${UP}\nSELECT '\n${DOWN}\n';`,
      'MIGRATION_MARKER',
      /line 3: the DOWN marker stands inside a string or a block comment/,
    ],
    [
      'has one in a comment',
      '002_b.sql',
      `${UP}\n/*\n${DOWN}\n*/`,
      'MIGRATION_MARKER',
      /line 3: the DOWN marker stands inside/,
    ],
    [
      'has SQL above the markers',
      '002_b.sql',
      `SELECT 1;\n${UP}\n${DOWN}\n`,
      'MIGRATION_MARKER',
      /line 1: SQL stands above/,
    ],
    [
      'is UTF-16',
      '002_b.sql',
      Buffer.from(`\ufeff${whole}`, 'utf16le'),
      'MIGRATION_ENCODING',
      /is not UTF-8: .*UTF-16/,
    ],
    [
      'is Latin-1',
      '002_b.sql',
      Buffer.from(`-- é\n${whole}`, 'latin1'),
      'MIGRATION_ENCODING',
      /0xe9 at offset 3 is not UTF-8/,
    ],
    [
      'has a NUL',
      '002_b.sql',
      whole.replace('id', 'i\0d'),
      'MIGRATION_SQL',
      /line 3: there is a NUL character here/,
    ],
    [
      'has 50 MB',
      '002_b.sql',
      Buffer.alloc(50 * 1024 * 1024, ' '),
      'MIGRATION_TOO_LARGE',
      /has 50\.0 MiB, and a migration may have 32 MiB$/,
    ],
    [
      'has the version of another',
      '2_x.sql',
      whole,
      'MIGRATION_DUPLICATE',
      /^2_x and 002_y have the same version, 2|^002_y and 2_x have/,
    ],
    ['has version 0', '000_b.sql', whole, 'MIGRATION_NAME', /its version is 0$/],
    [
      'has a version of 30 digits',
      `${'1'.repeat(30)}_b.sql`,
      whole,
      'MIGRATION_NAME',
      /has 30 digits, and 18 is the most$/,
    ],
    [
      'has a blank in its name',
      '002_add users.sql',
      whole,
      'MIGRATION_NAME',
      /^app\/002_add users\.sql is not a name/,
    ],
    ['has a quote in its name', `002_it's.sql`, whole, 'MIGRATION_NAME', /^app\/002_it's\.sql is not a name/],
    ['has no version', 'b.sql', whole, 'MIGRATION_NAME', /it does not begin with its version/],
    ['has another ending', '002_b.SQL', whole, 'MIGRATION_NAME', /its ending is not in small letters/],
    ['is a folder', '002_b.sql/file', '', 'MIGRATION_NAME', /it is a folder$/],
    [
      'says it is another',
      '002_b.sql',
      `-- Migration: 009_x\n${whole}`,
      'MIGRATION_HEADER',
      /says Migration: 009_x/,
    ],
    [
      'contains BEGIN',
      '002_b.sql',
      migration('BEGIN; SELECT 1;'),
      'MIGRATION_FORBIDDEN',
      /statement 1 of the up part, BEGIN, /,
    ],
    [
      'contains COMMIT',
      '002_b.sql',
      migration('SELECT 1;\nCOMMIT;'),
      'MIGRATION_FORBIDDEN',
      /line 4: statement 2 of the up part, COMMIT, /,
    ],
    [
      'contains COMMIT in its down',
      '002_b.sql',
      migration('', 'COMMIT;'),
      'MIGRATION_FORBIDDEN',
      /statement 1 of the down part, COMMIT, /,
    ],
    [
      'contains ATTACH',
      '002_b.sql',
      migration("ATTACH 'x.db' AS x;"),
      'MIGRATION_FORBIDDEN',
      /ATTACH, would reach into another database/,
    ],
    [
      'contains VACUUM',
      '002_b.sql',
      migration('VACUUM;'),
      'MIGRATION_FORBIDDEN',
      /VACUUM, cannot run inside a transaction/,
    ],
    [
      'switches foreign keys',
      '002_b.sql',
      migration('PRAGMA foreign_keys = OFF;'),
      'MIGRATION_FORBIDDEN',
      /PRAGMA foreign_keys, does nothing/,
    ],
    [
      'drops the tracking table',
      '002_b.sql',
      migration('DROP TABLE schema_migrations;'),
      'MIGRATION_FORBIDDEN',
      /would change schema_migrations/,
    ],
    [
      'writes the history',
      '002_b.sql',
      migration('DELETE FROM "Schema_Migrations_History";'),
      'MIGRATION_FORBIDDEN',
      /would change Schema_Migrations_History/,
    ],
    [
      'never ends a string',
      '002_b.sql',
      `${UP}\nSELECT 'a;\n${DOWN.slice(0, 9)}\n`,
      'MIGRATION_SQL',
      /line 2: the string that begins here/,
    ],
    [
      'needs what is not there',
      '002_b.sql',
      `-- Depends-On: 099_z\n${whole}`,
      'DEPENDENCY_MISSING',
      /^002_b needs 099_z \(not found\)$/,
    ],
    ['is in a circle', '002_b.sql', `-- Depends-On: 002\n${whole}`, 'DEPENDENCY_CYCLE', /002_b → 002_b$/],
  ])('because it %s', async (_, name, content, code, message) => {
    const project = await projectWith(name, content)
    if (code === 'MIGRATION_DUPLICATE') project.migrations('app', { '002_y': whole })
    for (const argv of [['up'], ['up', '--dry-run']]) {
      await expectRefusal(project, argv, { code, exitCode: 2, message })
    }
    expect(await project.run('validate')).toMatchObject({
      exitCode: 3,
      out: expect.stringMatching('1 finding'),
    })
  })

  it('because it is a link to itself, or to nothing', async () => {
    const project = await projectWith('README.md', '')
    const link = join(project.folder, 'app/002_b.sql')
    symlinkSync('002_b.sql', link)
    const unreadable = { code: 'MIGRATION_UNREADABLE', exitCode: 2 }
    await expectRefusal(project, ['up'], {
      ...unreadable,
      message: /^app\/002_b\.sql is a link that leads back to itself$/,
    })
    project.remove('app/002_b.sql')
    symlinkSync('nowhere', link)
    await expectRefusal(project, ['up'], {
      ...unreadable,
      message: /^app\/002_b\.sql is not there, or is a link/,
    })
  })

  it('because this user may not read it', async () => {
    const project = new Project({ app: { '001_a': table('a'), '002_b': table('b') } })
    chmodSync(join(project.folder, 'app/002_b.sql'), 0)
    for (const path of ['', 'app', 'whimbrel.json', 'app/001_a.sql'])
      chmodSync(join(project.folder, path), path.includes('.') ? 0o644 : 0o777)
    const before = Object.keys(project.snapshot())
    const { exitCode, err } = runBinary(['up'], { cwd: project.folder, plainUser: true })
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: 'error: app: app/002_b.sql may not be read by this user\n  next: Give this user the right to read it\n',
    })
    expect(Object.keys(project.snapshot())).toEqual(before)
  })

  it('but not a rollback of another one', async () => {
    for (const name of ['002_b.sql', '002 b.sql']) {
      const project = await projectWith(name, 'no marker')
      expect(await project.run('down')).toMatchObject({ exitCode: 0, err: '' })
      expect(project.objects('app')).toEqual([])
    }
  })

  it('and all such files are told at once', async () => {
    const project = await projectWith('002_b.sql', 'no marker')
    project.migrations('app', { '004_d': migration('COMMIT;'), '005 e': whole })
    const { err } = await project.run('up')
    expect(err.match(/^error: /gm)).toHaveLength(3)
    for (const file of ['002_b.sql', '004_d.sql', '005 e.sql']) expect(err).toContain(`app/${file}`)
  })
})

describe('a migration file that is only unusual', () => {
  it.each<[string, string | Buffer]>([
    ['has CRLF line ends', whole.replaceAll('\n', '\r\n')],
    ['has a byte-order mark', `\ufeff${whole}`],
    ['ends without a newline', whole.trimEnd()],
    ['ends in a comment', `${whole}-- the end`],
    ['has markers in another spelling of white space', whole.replace(UP, `${UP}  `)],
  ])('is applied and rolled back although it %s', async (_, content) => {
    const project = await projectWith('002_b.sql', content)
    expect((await project.run('up')).exitCode).toBe(0)
    expect(project.objects('app')).toEqual(['a', 'b', 'c'])
    expect((await project.run('down', '--steps', '2')).exitCode).toBe(0)
    expect(project.objects('app')).toEqual(['a'])
  })

  it('is left out where it is a README, hidden or no SQL', async () => {
    const project = new Project({ app: { '001_a': table('a') } })
    for (const name of ['README.md', 'readme.sql', '.002_b.sql', 'notes.txt', 'metadata.json'])
      project.write(`app/${name}`, 'x')
    expect((await project.run('up')).exitCode).toBe(0)
    expect(project.objects('app')).toEqual(['a'])
  })
})

describe('a migration that fails while it runs', () => {
  it('in its down stays applied, says where, and keeps what it dropped', async () => {
    const project = new Project({
      app: {
        '001_a': migration(
          'CREATE TABLE a (id);\nCREATE TABLE b (id);',
          'DROP TABLE a;\nDROP TABLE nowhere;',
        ),
      },
    })
    await project.run('up')
    const { exitCode, out, err } = await project.run('down')
    expect(exitCode).toBe(1)
    expect(out).toMatch(/^app {2}failed, still at 001_a\n {2}✗ 001_a {2}/)
    expect(err).toMatch(
      /^error: app: 001_a failed at app\/001_a\.sql:7 \(statement 2 of 2\): no such table: (main\.)?nowhere\n {2}next: /,
    )
    expect(project.objects('app')).toEqual(['a', 'b'])
  })

  it('empties the tracking table by a trigger: nothing of it is kept', async () => {
    const up =
      'CREATE TABLE a (id);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM schema_migrations; END;\nINSERT INTO a VALUES (1);'
    const project = new Project({ app: { '001_a': table('x'), '002_b': migration(up) } })
    const { exitCode } = await project.run('up')
    expect(exitCode).not.toBe(0)
    expect(project.objects('app')).not.toContain('t')
  })
})
