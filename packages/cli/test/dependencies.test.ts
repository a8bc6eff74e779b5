import { describe, expect, it } from 'vitest'
import { Project, table } from './project.ts'

const needs = (targets: string) => `-- Depends-On: ${targets}`
const idsOf = (steps: readonly { id: string }[]) => steps.map(({ id }) => id)

async function plannedIds(project: Project): Promise<readonly string[]> {
  const [database] = (await project.json('plan', '--db', 'app')).databases
  return idsOf(database !== undefined && 'steps' in database ? database.steps : [])
}

describe('a dependency that is marked "if present"', () => {
  it('is ignored while its target is absent, and followed when it is there', async () => {
    const project = new Project({ app: { '001_a': table('a', needs('?2')) } })
    expect(await plannedIds(project)).toEqual(['001_a'])
    project.migrations('app', { '002_b': table('b') })
    expect(await plannedIds(project)).toEqual(['002_b', '001_a'])
    expect((await project.run('up')).exitCode).toBe(0)
    expect((await project.run('down', '--only', '2')).exitCode).toBe(3)
  })

  it('is ignored where its database is absent', async () => {
    const project = new Project({ app: { '001_a': table('a', needs('?elsewhere:1')) } })
    expect((await project.run('up')).exitCode).toBe(0)
  })
})

describe('a dependency that names its own database', () => {
  const files = { '001_a': table('a', needs('app:003')), '003_b': table('b') }

  it('orders like one that does not', async () => {
    expect(await plannedIds(new Project({ app: files }))).toEqual(['003_b', '001_a'])
  })

  it('means the own migrations also where other databases have one of that number', async () => {
    const project = new Project({ other: { '003_x': table('x') }, app: files })
    expect(await plannedIds(project)).toEqual(['003_b', '001_a'])
  })

  it('is said to be missing by the migration that needs it', async () => {
    const project = new Project({ app: { '001_a': table('a', needs('app:7')) } })
    const { exitCode, err } = await project.run('up')
    expect(exitCode).toBe(2)
    expect(err).toContain('001_a needs 7 (not found)')
  })

  it('is part of a circle', async () => {
    const project = new Project({
      app: { '001_a': table('a', needs('app:2')), '002_b': table('b', needs('001')) },
    })
    const { exitCode, err } = await project.run('up')
    expect(exitCode).toBe(2)
    expect(err).toMatch(/001_a → 002_b → 001_a|002_b → 001_a → 002_b/)
  })

  it('keeps what it needs from being rolled back alone, also when its file is gone', async () => {
    const project = new Project({ app: files })
    await project.run('up')
    project.remove('app/001_a.sql')
    const refused = await project.run('down', '--only', '3')
    expect(refused.exitCode).toBe(3)
    expect(refused.err).toContain('003_b cannot be rolled back alone: 001_a depends on it')
    const [done] = (await project.json('down', '--only', '3', '--cascade')).databases
    expect(done).toMatchObject({ outcome: 'rolled-back', steps: [{ id: '001_a' }, { id: '003_b' }] })
    expect(project.objects('app')).toEqual([])
  })
})
