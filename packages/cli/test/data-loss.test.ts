import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunOutput } from '../src/output.ts'
import { migration, Project } from './project.ts'

const birds = {
  '001_birds': migration('CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT);', 'DROP TABLE birds;'),
  '002_songs': migration(
    'ALTER TABLE birds ADD COLUMN song TEXT; CREATE INDEX by_song ON birds (song);',
    'DROP INDEX by_song; ALTER TABLE birds DROP COLUMN song;',
  ),
}
const rows = "INSERT INTO birds VALUES (1, 'Wren', 'trill'), (2, 'Rook', NULL), (3, 'Kite', 'mew')"

async function aviary(entry = {}): Promise<Project> {
  const project = new Project({ app: birds }, entry)
  expect((await project.run('up')).exitCode).toBe(0)
  project.exec('app', rows)
  return project
}

/** Every file but the one of the lock, which says who had it last. */
function filesOf(project: Project): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(project.snapshot()).filter(([path]) => !path.endsWith('.lock')))
}

async function output(project: Project, ...argv: readonly string[]): Promise<RunOutput> {
  return (await project.json(...argv)).databases[0] as RunOutput
}

function keptFiles(project: Project, folder = 'backups/app/kept'): readonly string[] {
  try {
    return readdirSync(join(project.folder, folder))
  } catch {
    return []
  }
}

describe('a rollback that would lose values', () => {
  it('is refused with exit code 5, tells what would be lost, and executes nothing', async () => {
    const project = await aviary()
    const before = filesOf(project)
    const { exitCode, out, err } = await project.run('down')
    expect(exitCode).toBe(5)
    expect(err).toContain('002_songs would take away 2 values of birds.song')
    expect(err).toContain('next: Look at it with --dry-run, then add --allow-data-loss')
    expect(out).toMatch(/column +birds\.song +2 values in 3 rows/)
    expect(filesOf(project)).toEqual(before)
  })

  it('is not agreed to by --yes or --force: each means something else', async () => {
    const project = await aviary()
    const before = filesOf(project)
    expect((await project.run('down', '--yes')).exitCode).toBe(5)
    expect((await project.run('down', '--force', '--yes')).exitCode).toBe(5)
    expect(filesOf(project)).toEqual(before)
  })

  it('runs where that is agreed to, and keeps the values in a file that nobody else may read', async () => {
    const project = await aviary()
    const { outcome, findings } = await output(project, 'down', '--allow-data-loss')
    expect(outcome).toBe('rolled-back')
    const [file = '', ...others] = keptFiles(project)
    expect(others).toEqual([])
    const path = join('backups/app/kept', file)
    expect(findings).toMatchObject([
      {
        code: 'KEPT_ROWS',
        migration: '002_songs',
        message: `2 values of birds.song that 002_songs took away are kept in ${path}`,
        hint: `When 002_songs is applied again, "whimbrel restore ${path}" returns them`,
      },
    ])
    expect(statSync(join(project.folder, path)).mode & 0o777).toBe(0o600)
    const lines = readFileSync(join(project.folder, path), 'utf8').trimEnd().split('\n')
    expect(lines.slice(1, -1).sort()).toEqual(['[0,[1,"trill"]]', '[0,[3,"mew"]]'])
  })

  it('is told of by the run that applies it again', async () => {
    const project = await aviary()
    await project.run('down', '--allow-data-loss')
    const path = join('backups/app/kept', keptFiles(project)[0] ?? '')
    const { out, exitCode } = await project.run('up')
    expect(exitCode).toBe(0)
    expect(out).toContain('Rows of birds.song that were kept when 002_songs was rolled back on 20')
    expect(out).toContain(`Run "whimbrel restore ${path}"`)
    // Nothing is offered by runs that have nothing to do with it.
    expect((await project.run('up')).out).not.toContain('restore')
  })
})

describe('a rollback that loses no data', () => {
  it('needs nothing where tables and columns are empty, and leaves no file', async () => {
    const project = await aviary()
    project.exec('app', 'UPDATE birds SET song = NULL')
    expect((await project.run('down')).exitCode).toBe(0)
    project.exec('app', 'DELETE FROM birds')
    expect((await project.run('down')).exitCode).toBe(0)
    expect(keptFiles(project)).toEqual([])
    expect(project.objects('app')).toEqual([])
  })

  it('needs nothing for an index, a view, a trigger, and a table that is rebuilt', async () => {
    const project = new Project({
      app: {
        '001_a': migration('CREATE TABLE a (id INTEGER PRIMARY KEY, b);'),
        '002_more': migration(
          'CREATE INDEX i ON a (b); CREATE VIEW v AS SELECT b FROM a; CREATE TRIGGER t AFTER DELETE ON a BEGIN SELECT 1; END;',
          'DROP TRIGGER t; DROP VIEW v; DROP INDEX i;',
        ),
        '003_rebuild': migration(
          'CREATE TABLE n (id INTEGER PRIMARY KEY, b TEXT); INSERT INTO n SELECT * FROM a; DROP VIEW v; DROP TABLE a; ALTER TABLE n RENAME TO a;',
          'CREATE VIEW v AS SELECT b FROM a; CREATE INDEX i ON a (b); CREATE TRIGGER t AFTER DELETE ON a BEGIN SELECT 1; END;',
        ),
      },
    })
    await project.run('up', '--steps', '1')
    project.exec('app', "INSERT INTO a VALUES (1, 'x')")
    expect((await project.run('up')).exitCode).toBe(0)
    expect((await project.run('down', '--steps', '2')).exitCode).toBe(0)
    expect(project.rows('app', 'SELECT * FROM a')).toEqual([{ id: 1, b: 'x' }])
    expect(keptFiles(project)).toEqual([])
  })
})

describe('a destructive up', () => {
  const destructive = {
    '003_drop': migration('ALTER TABLE birds DROP COLUMN name;', 'ALTER TABLE birds ADD COLUMN name TEXT;'),
  }

  it('is refused like a rollback, agreed to by the same flag, and tells its rollback of the rows', async () => {
    const project = await aviary()
    project.migrations('app', destructive)
    const before = filesOf(project)
    const { exitCode, err } = await project.run('up')
    expect([exitCode, err.includes('003_drop would take away 3 values of birds.name')]).toEqual([5, true])
    expect(filesOf(project)).toEqual(before)
    expect((await project.run('up', '--allow-data-loss')).exitCode).toBe(0)
    const [file = ''] = keptFiles(project)
    const { findings } = await output(project, 'down')
    expect(findings).toMatchObject([
      { code: 'KEPT_ROWS', hint: `Run "whimbrel restore ${join('backups/app/kept', file)}"` },
    ])
  })

  it('of a plan in a file is refused, too', async () => {
    const project = await aviary()
    project.migrations('app', destructive)
    expect((await project.run('plan', '--out', 'plan.json')).exitCode).toBe(0)
    expect((await project.run('up', '--plan', 'plan.json')).exitCode).toBe(5)
  })

  it('that creates the database has nothing to lose', async () => {
    const seeded = {
      '001_a': migration("CREATE TABLE a (x); INSERT INTO a VALUES ('seed');"),
      '002_b': migration('DROP TABLE a;'),
    }
    expect((await new Project({ app: seeded }).run('up')).exitCode).toBe(0)
  })
})

describe('rows that appear after the look', () => {
  it('stop the step inside its transaction, and nothing of it is kept', async () => {
    const project = new Project({
      app: {
        '001_a': migration('CREATE TABLE a (x);', 'DROP TABLE a;'),
        '002_b': migration('CREATE TABLE b (x);', 'INSERT INTO a VALUES (1); DROP TABLE b;'),
      },
    })
    await project.run('up')
    const { exitCode, err } = await project.run('down', '--all')
    expect(exitCode).toBe(5)
    expect(err).toContain('001_a would take away 1 row of a, which appeared since the run began')
    expect(project.rows('app', 'SELECT * FROM a')).toEqual([{ x: 1 }])
    expect(project.objects('app')).toEqual(['a'])
  })
})

describe('the impact', () => {
  it('is shown by plan, and by dry runs of up and down, as text and as JSON; no byte changes', async () => {
    const project = await aviary()
    project.exec('app', 'CREATE VIEW singers AS SELECT name FROM birds WHERE song IS NOT NULL')
    project.migrations('app', { '003_drop': migration('DROP INDEX by_song; DROP TABLE birds;') })
    const before = filesOf(project)
    const expected = [
      {
        id: '003_drop',
        direction: 'up',
        tables: [
          {
            name: 'birds',
            rows: 3,
            bytes: 8192,
            columns: [
              { name: 'id', values: 3 },
              { name: 'name', values: 3 },
              { name: 'song', values: 2 },
            ],
            dependents: [{ kind: 'view', name: 'singers' }],
          },
        ],
        indexes: [{ name: 'by_song', table: 'birds' }],
        deletesRows: false,
      },
    ]
    expect((await output(project, 'plan')).impact).toMatchObject(expected)
    expect((await output(project, 'up', '--dry-run')).impact).toMatchObject(expected)
    expect((await output(project, 'down', '--dry-run')).impact).toMatchObject([
      { id: '002_songs', direction: 'down', columns: [{ table: 'birds', name: 'song', rows: 3, values: 2 }] },
    ])
    const { out, exitCode } = await project.run('plan')
    expect(exitCode).toBe(0)
    expect(out).toMatch(
      /003_drop takes away, while others cannot write for about \d+ ms:\n +table +birds +3 rows; 9 kB; values: id 3, name 3, song 2; used by view singers\n +index +by_song +on birds\n/,
    )
    expect(filesOf(project)).toEqual(before)
  })

  it('is not in the output where nothing goes', async () => {
    const project = new Project({ app: birds })
    expect(await output(project, 'plan')).not.toHaveProperty('impact')
    await project.run('up', '--steps', '1')
    expect(await output(project, 'plan')).not.toHaveProperty('impact')
  })
})

describe('where kept rows go', () => {
  it('is the folder that the manifest names for backups', async () => {
    const project = await aviary({ backup: { directory: 'safe' } })
    await project.run('down', '--allow-data-loss')
    expect(keptFiles(project, 'safe/kept')).toHaveLength(1)
  })

  it('is a folder beside the database where there is no manifest', async () => {
    const project = await aviary()
    project.remove('whimbrel.json')
    const place = ['--url', 'sqlite:app.db', '--migrations', 'app']
    const { out } = await project.run('down', '--allow-data-loss', ...place)
    expect(keptFiles(project)).toHaveLength(1)
    expect(out).toContain('--url sqlite:app.db --migrations app" returns them')
  })

  it('holds only as many files as backups are kept, the newest ones', async () => {
    const project = await aviary({ backup: { keep: 2 } })
    const seen: string[] = []
    for (let round = 1; round <= 4; round += 1) {
      await project.run('down', '--allow-data-loss')
      seen.push(...keptFiles(project).filter((file) => !seen.includes(file)))
      await project.run('up')
      project.exec('app', `UPDATE birds SET song = ${round}`)
    }
    expect(seen).toHaveLength(4)
    expect([...keptFiles(project)].sort()).toEqual(seen.slice(2).sort())
  })

  it('has to be writable: otherwise the step is not run', async () => {
    const project = await aviary({ backup: { before: 'never' } })
    project.write('backups', 'this is a file')
    const { exitCode, err } = await project.run('down', '--allow-data-loss')
    expect(exitCode).toBe(1)
    expect(err).toContain('The rows that 002_songs would take away could not be kept in')
    expect(project.rows('app', 'SELECT count(song) AS n FROM birds')).toEqual([{ n: 2 }])
  })
})

describe('a file of a step that was undone', () => {
  it('is gone with it', async () => {
    const project = await aviary()
    project.migrations('app', {
      '003_fails': migration(
        'DROP INDEX by_song; ALTER TABLE birds DROP COLUMN song; SELECT * FROM nowhere;',
      ),
    })
    const { exitCode } = await project.run('up', '--allow-data-loss')
    expect(exitCode).toBe(1)
    expect(keptFiles(project)).toEqual([])
    expect(project.rows('app', 'SELECT count(song) AS n FROM birds')).toEqual([{ n: 2 }])
  })

  it('is not offered where a killed run left it behind', async () => {
    const project = await aviary()
    await project.run('down', '--allow-data-loss')
    const [file = ''] = keptFiles(project)
    const text = readFileSync(join(project.folder, 'backups/app/kept', file), 'utf8')
    const { runId } = JSON.parse(text.slice(0, text.indexOf('\n'))) as { runId: string }
    const other = '0badc0de-0000-4000-8000-000000000000'
    const name = file.replace(runId.slice(0, 8), other.slice(0, 8)).replace(/^20\d\d/, '2099')
    project.write(join('backups/app/kept', name), text.replace(runId, other))
    const { findings } = await output(project, 'up')
    expect(findings).toHaveLength(1)
    expect(findings?.[0]?.hint).toContain(file)
  })
})
