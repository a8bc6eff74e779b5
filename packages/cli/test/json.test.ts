import { describe, expect, it } from 'vitest'
import { commands } from '../src/commands/index.ts'
import type { Output } from '../src/output.ts'
import { outputSchema } from './output-schema.ts'
import { migration, Project, table } from './project.ts'

const files = {
  '001_a': table('a', '-- Description: The first'),
  '002_b': table('b', '-- Autor: odd'),
  '003_prod': table('prod', '-- Environments: production'),
}

/** A migration that stopped in its second statement, and has been corrected since. */
async function leaveInDoubt(project: Project): Promise<void> {
  const alone = (sql: string) => migration(`SELECT 1;\n${sql};`, '', '-- Transaction: none')
  project.migrations('app', { '004_alone': alone('nonsense') })
  await project.run('up')
  project.migrations('app', { '004_alone': alone('SELECT 2') })
}

/** Every command once where all is well, and once where it is not. */
const scenes: readonly [command: string, argv: readonly string[], prepare: (project: Project) => unknown][] =
  [
    ['up', [], () => undefined],
    ['up', ['--dry-run', '--sql'], () => undefined],
    ['up', [], (project) => project.run('up')],
    ['up', [], (project) => project.migrations('app', { '002_b': 'no marker', '004_c': 'no marker' })],
    ['up', [], (project) => project.migrations('app', { '002_b': migration('CREATE TABLE b (;') })],
    ['up', ['--db', 'nope'], () => undefined],
    ['up', ['--foo'], () => undefined],
    ['plan', ['--sql'], () => undefined],
    ['plan', [], (project) => project.remove('app')],
    ['down', [], (project) => project.run('up')],
    ['down', ['--dry-run', '--sql', '--all'], (project) => project.run('up')],
    ['down', ['--only', '77'], (project) => project.run('up')],
    ['status', [], (project) => project.run('up')],
    ['status', ['--check'], () => undefined],
    ['status', [], (project) => project.write('app.db', 'this is not a database, and never was')],
    ['history', [], (project) => project.run('up')],
    ['history', [], (project) => project.write('app.db', 'this is not a database, and never was')],
    ['validate', [], (project) => project.run('up')],
    ['validate', [], (project) => project.migrations('app', { '002_b': 'no marker', '004_c': 'no marker' })],
    ['lint', [], () => undefined],
    ['lint', ['--all'], (project) => project.migrations('app', { '004_c': migration('DROP TABLE nope;') })],
    ['lint', [], (project) => project.write('app.db', 'this is not a database, and never was')],
    ['check', [], () => undefined],
    [
      'check',
      [],
      (project) => project.migrations('app', { '004_c': migration('CREATE TABLE c (id)', 'SELECT 1') }),
    ],
    ['check', [], (project) => project.remove('app')],
    ['drift', [], (project) => project.run('up')],
    [
      'drift',
      ['--check'],
      (project) =>
        project.run('up').then(() => project.exec('app', 'CREATE VIEW v AS SELECT 1; DROP TABLE a')),
    ],
    ['drift', [], (project) => project.write('app.db', 'this is not a database, and never was')],
    [
      'down',
      ['--allow-data-loss'],
      (project) => project.run('up').then(() => project.exec('app', 'INSERT INTO a VALUES (1)')),
    ],
    ['recover', [], (project) => project.run('up')],
    ['recover', [], (project) => project.write('app.db.run', 'no journal')],
    ['recover', ['--forget', '--yes'], (project) => project.write('app.db.run', 'no journal')],
    ['backup', [], (project) => project.run('up')],
    ['backup', [], () => undefined],
    ['backups', [], (project) => project.run('up').then(() => project.run('backup'))],
    ['backups', [], () => undefined],
    ['restore', ['latest'], (project) => project.run('up').then(() => project.run('backup'))],
    ['restore', ['2001'], (project) => project.run('up')],
    ['stats', [], (project) => project.run('up')],
    ['stats', ['--no-integrity'], () => undefined],
    ['stats', [], (project) => project.write('app.db', 'this is not a database, and never was')],
    ['doctor', [], (project) => project.run('up')],
    ['doctor', [], (project) => project.write('app.db', 'this is not a database, and never was')],
    ['doctor', [], (project) => project.manifest('{')],
    ['bundle', ['--out', 'migrations.mjs'], () => undefined],
    ['bundle', ['--check', 'migrations.mjs'], () => undefined],
    ['bundle', ['--out', 'migrations.mjs'], (project) => project.migrations('app', { '004_c': 'no marker' })],
    ['create', ['x'], () => undefined],
    ['create', ['x'], (project) => project.migrations('app', { odd: '', odder: '' })],
    ['init', [], (project) => project.remove('whimbrel.json')],
    ['init', [], () => undefined],
    ['baseline', ['1'], (project) => project.write('app.db', '')],
    ['baseline', ['1'], (project) => project.run('up')],
    ['mark', ['1', 'applied'], (project) => project.run('up')],
    ['retry', [], (project) => project.run('up')],
    ['retry', ['4'], leaveInDoubt],
    ['retry', ['--dry-run', '--sql'], leaveInDoubt],
    [
      'accept',
      ['1', '--reason', 'meant'],
      (project) => project.run('up').then(() => project.migrations('app', { '001_a': table('a2') })),
    ],
    ['accept', ['77', '--reason', 'meant'], (project) => project.run('up')],
  ]

describe('--json', () => {
  it.each(scenes.map(([command, argv, prepare], index) => ({ command, argv, prepare, index })))(
    'prints exactly one document of the promised form ($command $argv, $index)',
    async ({ command, argv, prepare }) => {
      const project = new Project({ app: files })
      await prepare(project)
      const { exitCode, out } = await project.run(command, ...argv, '--json')
      expect(out).toMatch(/^\{.*\}\n$/)
      const document = outputSchema.parse(JSON.parse(out)) as Output
      expect(document).toMatchObject({ command, exitCode, ok: exitCode === 0 })
      const errors = [document, ...document.databases].filter(({ error }) => error !== undefined)
      const found = ['validate', 'lint', 'check', 'doctor'].includes(command) || argv.includes('--check')
      if (!found) expect(errors.length > 0).toBe(exitCode !== 0)
    },
  )

  it('is shown for success and failure of every command', () => {
    const shown = new Set(scenes.map(([command]) => command))
    expect(commands.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([])
  })

  it('names migration, file, line and statement of what failed, and the words of the engine', async () => {
    const project = new Project({ app: { '001_a': migration('SELECT 1;\nINSERT INTO nowhere VALUES (1);') } })
    expect((await project.json('up')).databases).toMatchObject([
      {
        error: {
          code: 'STATEMENT_FAILED',
          migration: '001_a',
          file: 'app/001_a.sql',
          line: 4,
          statement: 2,
          cause: expect.stringMatching(/no such table: (main\.)?nowhere/),
        },
      },
    ])
  })

  it('lists everything that refuses a run', async () => {
    const project = new Project({ app: { '001_a': 'x', '002_b': 'y' } })
    const { databases } = await project.json('up')
    expect(databases).toMatchObject([{ findings: [{ file: 'app/001_a.sql' }, { file: 'app/002_b.sql' }] }])
  })

  it('lists what was skipped, and what is odd but harmless', async () => {
    const project = new Project({ app: files })
    const { databases } = await project.json('up')
    expect(databases).toMatchObject([
      {
        skipped: [{ id: '003_prod', reason: 'only for production' }],
        findings: [{ code: 'MIGRATION_HEADER', migration: '002_b', file: 'app/002_b.sql', line: 1 }],
      },
    ])
  })
})
