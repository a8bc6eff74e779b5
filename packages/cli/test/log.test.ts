import { describe, expect, it } from 'vitest'
import { runBinary } from './binary.ts'
import { migration, Project, table } from './project.ts'

const files = { '001_a': migration('CREATE TABLE a (id);\nINSERT INTO a VALUES (1);'), '002_b': table('b') }
const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /

/** Lines of the pretty log, without their times. */
function logged(err: string): readonly string[] {
  const lines = err.split('\n').filter((line) => stamp.test(line))
  return lines.map((line) => line.replace(stamp, '').replace(/\d+ ms|<1 ms/, 'N ms'))
}

describe('the pretty log', () => {
  it('is silent where nobody asks for it', async () => {
    const { err } = await new Project({ app: files }).run('up')
    expect(logged(err)).toEqual([])
  })

  it('tells at "info" what was done, on stderr', async () => {
    const project = new Project({ app: files })
    const { out, err } = await project.run('up', '--log-level', 'info')
    expect(logged(out)).toEqual([])
    expect(logged(err)).toEqual([
      'info  app: 2 migrations to apply, the database is created',
      'info  app: 001_a applied in N ms, 1 row changed',
      'info  app: 002_b applied in N ms, 0 rows changed',
      'info  app: kept: 001_a, 002_b',
      'info  app: migrated, at 002_b',
    ])
    expect(logged((await project.run('down', '--log-level', 'info')).err)).toEqual([
      'info  app: 1 migration to roll back',
      'info  app: 002_b rolled back in N ms, 0 rows changed',
      'info  app: kept: 002_b',
      'info  app: rolled back, at 001_a',
    ])
  })

  it('tells at "debug" every step, statement and the end', async () => {
    const project = new Project({ app: { '001_a': files['001_a'] } })
    expect(logged((await project.run('up', '--log-level', 'debug')).err)).toEqual([
      'info  app: 1 migration to apply, the database is created',
      'debug app: applying 001_a (1 of 1)',
      'debug app: 001_a: statement 1 of 2',
      'debug app: 001_a: statement 2 of 2',
      'info  app: 001_a applied in N ms, 1 row changed',
      'info  app: kept: 001_a',
      'info  app: migrated, at 001_a',
      'debug up ends with exit code 0',
    ])
    expect(logged((await project.run('status', '--log-level', 'debug')).err)).toEqual([
      'debug status ends with exit code 0',
    ])
  })

  it('tells at "error" only what failed, once', async () => {
    const project = new Project({ app: { ...files, '003_bad': table('b') } })
    const failed = await project.run('up', '--log-level', 'error')
    expect(logged(failed.err)).toEqual([
      expect.stringMatching(/^error app: 003_bad failed at .*already exists$/),
    ])
    const refused = await project.run('up', '--db', 'nope', '--log-level', 'error')
    expect(logged(refused.err)).toEqual(['error There is no database "nope" in the manifest'])
  })

  it('is asked for by the variable as well, and stays with --quiet', async () => {
    const project = new Project({ app: files })
    project.env = { WHIMBREL_LOG_LEVEL: 'info' }
    const { out, err } = await project.run('up', '--quiet')
    expect(out).toBe('')
    expect(logged(err)).toHaveLength(5)
  })
})

describe('the JSON log', () => {
  it('writes lines with facts by name to stderr, beside the one document on stdout', () => {
    const project = new Project({ app: files })
    const argv = ['up', '--json', '--quiet', '--log-level', 'debug', '--log-format', 'json']
    const { exitCode, out, err } = runBinary(argv, { cwd: project.folder })
    expect(exitCode).toBe(0)
    const { runId } = JSON.parse(out)
    const lines = err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toMatchObject([
      { level: 30, event: 'run-started', database: 'app', runId, steps: ['001_a', '002_b'], creates: true },
      { level: 20, event: 'step-started', migration: '001_a', direction: 'up' },
      { level: 20, event: 'statement-started', statement: 1, statements: 2 },
      { level: 20, event: 'statement-started', statement: 2, statements: 2 },
      {
        level: 30,
        event: 'step-finished',
        migration: '001_a',
        durationMs: expect.any(Number),
        rowsChanged: 1,
      },
      { level: 20, event: 'step-started', migration: '002_b' },
      { level: 20, event: 'statement-started' },
      { level: 30, event: 'step-finished', migration: '002_b' },
      { level: 30, event: 'committed', migrations: ['001_a', '002_b'] },
      { level: 30, event: 'run-finished', runId, outcome: 'migrated', before: null, after: '002_b' },
      { level: 20, command: 'up', exitCode: 0, msg: 'up ends with exit code 0' },
    ])
    for (const line of lines)
      expect(line).toMatchObject({ time: expect.any(Number), pid: expect.any(Number), msg: /./ })
  })

  it('names code, place and next step of a failure, and no password', () => {
    const project = new Project({ app: { '001_a': migration('SELECT nowhere;') } })
    const argv = ['up', '--log-level', 'error', '--log-format', 'json', '--quiet']
    const { exitCode, err } = runBinary(argv, { cwd: project.folder })
    expect(exitCode).toBe(1)
    expect(JSON.parse(err.split('\n')[0] ?? '')).toMatchObject({
      level: 50,
      event: 'step-failed',
      migration: '001_a',
      code: 'STATEMENT_FAILED',
      file: 'app/001_a.sql',
      line: 3,
      hint: /./,
    })
    const url = 'postgres://user:s3cr3t@127.0.0.1:1/x'
    const refused = runBinary(['up', '--url', url, '--migrations', 'app', ...argv.slice(1)], {
      cwd: project.folder,
    })
    expect(refused.exitCode).toBe(1)
    expect(refused.err).toContain('"code":"DATABASE_UNREACHABLE"')
    expect(refused.err + refused.out).not.toContain('s3cr3t')
  })
})
