import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { RunOutput, StatusOutput } from '../packages/cli/src/output.ts'
import { Project } from '../packages/cli/test/project.ts'
import { databaseState } from './database-state.ts'

const databases = fileURLToPath(new URL('../databases', import.meta.url))
const names = ['settings', 'knowledge_graph', 'ontology']
const countOf = (name: string) => readdirSync(join(databases, name)).length

/** A copy of the example project. */
function examples(): Project {
  const project = new Project()
  cpSync(databases, join(project.folder, 'databases'), { recursive: true })
  return project
}

const pathOf = (project: Project, name: string) => join(project.folder, 'data', `${name}.db`)

async function statusOf(project: Project): Promise<readonly StatusOutput[]> {
  return (await project.json('status')).databases as readonly StatusOutput[]
}

describe('the three example databases', () => {
  it('pass up, status, down, up: the data is what it was', async () => {
    const project = examples()
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    const whole = names.map((name) => databaseState(pathOf(project, name)))
    const status = await project.run('status', '--check')
    expect(status).toMatchObject({ exitCode: 0, err: '' })
    expect(status.out).toMatch(/\nEverything is up to date\.\n$/)
    for (const name of names) {
      expect(await project.run('down', '--db', name, '--allow-data-loss')).toMatchObject({
        exitCode: 0,
        err: '',
      })
    }
    expect((await statusOf(project)).map(({ pending }) => pending.length)).toEqual([1, 1, 1])
    expect(await project.run('up')).toMatchObject({ exitCode: 0, err: '' })
    expect(names.map((name) => databaseState(pathOf(project, name)))).toEqual(whole)
    expect(await project.run('validate')).toMatchObject({ exitCode: 0 })
  })

  it('are empty after everything was rolled back, and hold the same again after another up', async () => {
    const project = examples()
    await project.run('up')
    const whole = names.map((name) => databaseState(pathOf(project, name)))
    // Backwards: knowledge_graph needs something of settings.
    for (const name of names.toReversed()) {
      const { databases: done } = await project.json('down', '--db', name, '--all', '--allow-data-loss')
      expect(done).toMatchObject([{ outcome: 'rolled-back', after: null }])
      expect((done[0] as RunOutput).steps).toHaveLength(countOf(name))
    }
    expect(names.map((name) => databaseState(pathOf(project, name)))).toEqual(
      names.map(() => ({ schema: {}, rows: {} })),
    )
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(names.map((name) => databaseState(pathOf(project, name)))).toEqual(whole)
  })

  it('get only their own migrations', async () => {
    const project = examples()
    await project.run('up')
    for (const { name, applied, url } of await statusOf(project)) {
      expect(url).toBe(`sqlite:data/${name}.db`)
      const files = readdirSync(join(databases, name)).map((file) => file.replace('.sql', ''))
      expect(applied.map(({ id }) => id)).toEqual(files.sort())
    }
    const tables = names.map((name) => Object.keys(databaseState(pathOf(project, name)).rows))
    expect(new Set(tables.flat()).size).toBe(tables.flat().length)
  })

  it('can be migrated one at a time: no other file appears', async () => {
    const project = examples()
    expect(await project.run('up', '--db', 'ontology')).toMatchObject({ exitCode: 0 })
    expect(readdirSync(join(project.folder, 'data')).every((file) => file.startsWith('ontology.db'))).toBe(
      true,
    )
  })

  it('hold the same in two fresh installations', async () => {
    const [one, other] = [examples(), examples()]
    await one.run('up')
    for (let round = 0; round < 9; round += 1) await other.run('up', '--steps', '1', '--allow-data-loss')
    expect(await other.run('status', '--check')).toMatchObject({ exitCode: 0 })
    for (const name of names) {
      expect(databaseState(pathOf(other, name))).toEqual(databaseState(pathOf(one, name)))
    }
  })

  it('leave the migrations as they are', async () => {
    const project = examples()
    await project.run('up')
    await project.run('down', '--db', 'settings', '--all', '--allow-data-loss')
    for (const name of names) {
      for (const file of readdirSync(join(databases, name))) {
        const path = join(name, file)
        expect(
          readFileSync(join(project.folder, 'databases', path)).equals(readFileSync(join(databases, path))),
        ).toBe(true)
      }
    }
  })
})
