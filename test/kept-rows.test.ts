import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Project, until } from './command-line.ts'
import { databaseState } from './database-state.ts'
import { migration } from './fixture.ts'

const files = {
  '001_birds': migration(
    'CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);',
    'DROP TABLE birds;',
  ),
  '002_songs': migration(
    'ALTER TABLE birds ADD COLUMN song TEXT; CREATE TABLE sightings (bird INTEGER REFERENCES birds (id), place TEXT);',
    'DROP TABLE sightings; ALTER TABLE birds DROP COLUMN song;',
  ),
}
const rows = `INSERT INTO birds VALUES (1, 'Wren', 'trill'), (2, 'Rook', NULL), (3, 'Kite', 'mew'), (4, 'Swan', 'honk');
  INSERT INTO sightings VALUES (1, 'garden'), (3, 'moor'), (3, 'moor')`

async function aviary(): Promise<Project> {
  const project = new Project(files)
  expect(await project.run('up')).toMatchObject({ exitCode: 0 })
  project.exec(rows)
  return project
}

function keptFiles(project: Project): readonly string[] {
  const folder = join(project.folder, 'backups/app/kept')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
}

/** The one command that a hint names. */
function commandIn(text: string): readonly string[] {
  const [, command = ''] = /Run "whimbrel ([^"]+)"/.exec(text) ?? []
  return command.split(' ')
}

describe('a rollback that drops data', () => {
  it('is refused, agreed to, applied again, and undone with its data by the command that up offers', async () => {
    const project = await aviary()
    const before = databaseState(project.path)

    const refused = await project.run('down')
    expect(refused.exitCode).toBe(5)
    expect(refused.stderr).toContain('002_songs would take away 3 rows of sightings, 3 values of birds.song')
    expect(databaseState(project.path)).toEqual(before)

    expect(await project.run('down', '--allow-data-loss')).toMatchObject({ exitCode: 0 })
    expect(project.state().tables).toEqual(['birds'])

    const offered = await project.run('up')
    expect(offered.exitCode).toBe(0)
    expect(offered.stdout).toContain(
      'Rows of sightings, birds.song that were kept when 002_songs was rolled back on',
    )
    expect(databaseState(project.path).schema).toEqual(before.schema)
    expect(databaseState(project.path).rows).not.toEqual(before.rows)

    const returned = await project.run(...commandIn(offered.stdout))
    expect(returned).toMatchObject({ exitCode: 0, stderr: '' })
    expect(returned.stdout).toBe('app: 6 rows that 002_songs took away are back\n')
    expect(databaseState(project.path)).toEqual(before)

    const again = await project.run(...commandIn(offered.stdout))
    expect(again).toMatchObject({ exitCode: 0, stdout: 'app: nothing was changed; 6 were there already\n' })
    expect(databaseState(project.path)).toEqual(before)
  })

  it('says which rows could not be matched and why, and what to do', async () => {
    const project = await aviary()
    await project.run('down', '--allow-data-loss')
    const offered = await project.run('up')
    project.exec("DELETE FROM birds WHERE id = 4; UPDATE birds SET song = 'caw' WHERE id = 3")
    const restored = await project.run(...commandIn(offered.stdout))
    expect(restored.exitCode).toBe(1)
    expect(restored.stdout).toBe('app: 4 rows that 002_songs took away are back\n')
    expect(restored.stderr).toContain('2 rows that 002_songs took away could not be returned')
    expect(restored.stderr).toContain('1 of birds (id 3): song holds another value now')
    expect(restored.stderr).toContain('1 of birds (id 4): no row has this key')
    expect(restored.stderr).toContain('next: Correct what stands in the way and run the same command again')
    expect(project.rows('SELECT song FROM birds ORDER BY id')).toEqual([
      { song: 'trill' },
      { song: null },
      { song: 'caw' },
    ])
    const document = JSON.parse((await project.run(...commandIn(offered.stdout), '--json')).stdout)
    expect(document).toMatchObject({
      ok: false,
      command: 'restore',
      exitCode: 1,
      databases: [
        {
          name: 'app',
          migration: '002_songs',
          returned: 0,
          alreadyThere: 4,
          refused: [
            { table: 'birds', reason: 'song holds another value now', rows: 1, keys: ['id 3'] },
            { table: 'birds', reason: 'no row has this key', rows: 1, keys: ['id 4'] },
          ],
          error: { code: 'ROWS_NOT_RETURNED' },
        },
      ],
    })
  })

  it('refuses a file that was cut off or edited, that is of another database, or not there', async () => {
    const project = await aviary()
    await project.run('down', '--allow-data-loss')
    const command = commandIn((await project.run('up')).stdout)
    const before = databaseState(project.path)
    const file = join(project.folder, command[1] ?? '')
    const text = readFileSync(file, 'utf8')
    for (const spoiled of [
      text.slice(0, -40),
      text.replace('mew', 'moo'),
      text.replace('"app"', '"other"'),
    ]) {
      writeFileSync(file, spoiled)
      const refused = await project.run(...command)
      expect(refused.exitCode).toBe(3)
      expect(refused.stderr).toContain('next: Take the file as it was written')
    }
    expect((await project.run('restore', 'nowhere.jsonl')).exitCode).toBe(3)
    expect(databaseState(project.path)).toEqual(before)
  })
})

describe('a destructive up', () => {
  it('keeps what it drops, and its rollback offers the return', async () => {
    const project = await aviary()
    const before = databaseState(project.path)
    project.write({
      '003_forget': migration(
        'ALTER TABLE birds DROP COLUMN song;',
        'ALTER TABLE birds ADD COLUMN song TEXT;',
      ),
    })
    expect((await project.run('up')).exitCode).toBe(5)
    expect(await project.run('up', '--allow-data-loss')).toMatchObject({ exitCode: 0 })
    const offered = await project.run('down')
    expect(await project.run(...commandIn(offered.stdout))).toMatchObject({ exitCode: 0 })
    expect(databaseState(project.path).rows).toEqual(before.rows)
  })
})

describe('a rollback that is killed after it has kept rows', () => {
  it('has lost nothing, and the file that it left is never offered', async () => {
    const endless =
      'SELECT count(*) FROM (WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c);'
    const project = new Project({
      '001_a': migration('CREATE TABLE a (x PRIMARY KEY);', `DROP TABLE a; ${endless}`),
    })
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    project.exec("INSERT INTO a VALUES ('one'), ('two')")
    const before = databaseState(project.path)
    const running = project.start('down', '--allow-data-loss')
    await until('rows to be kept', () => keptFiles(project).length > 0)
    running.kill('SIGKILL')
    await running.ended
    expect(databaseState(project.path)).toEqual(before)
    project.write({ '001_a': migration('CREATE TABLE a (x PRIMARY KEY);', 'DROP TABLE a;') })
    expect(await project.run('down', '--force', '--allow-data-loss')).toMatchObject({ exitCode: 0 })
    expect(keptFiles(project)).toHaveLength(2)
    const { databases } = await project.json('up')
    const hints = databases[0]?.findings.map(({ hint }) => hint) ?? []
    expect(hints).toHaveLength(1)
    expect(hints[0]).toContain(keptFiles(project).at(-1))
  })
})
