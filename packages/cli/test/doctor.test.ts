import { describe, expect, it } from 'vitest'
import type { DoctorOutput } from '../src/output.ts'
import { Project, table } from './project.ts'

const app = { '001_a': table('a') }

describe('doctor', () => {
  it('finds nothing wrong where nothing is, and touches no byte', async () => {
    const project = new Project({ app })
    await project.run('up')
    const before = project.snapshot()
    const { exitCode, out, err } = await project.run('doctor')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toMatch(
      /^ {2}✓ whimbrel {5}\S+\n {2}✓ node {9}\d+\.\S+ on \w+ \w+\n {2}✓ manifest {5}\S+whimbrel\.json: app\n {2}✓ environment {2}no environment\n\napp {2}sqlite:app\.db\n {2}✓ engine {8}better-sqlite3 \S+, SQLite \S+\n/,
    )
    expect(out).toMatch(/✓ lock +nobody holds it\n/)
    expect(out).toMatch(/✓ journal_mode +wal, as configured\n/)
    expect(out).toMatch(/✓ backups +backups\/app is made by the first backup\n$/)
    expect(project.snapshot()).toEqual(before)
  })

  it('says what surrounds a database that is not there', async () => {
    const project = new Project({ app })
    const before = project.snapshot()
    const { exitCode, out } = await project.run('doctor')
    expect(exitCode).toBe(0)
    expect(out).toMatch(/! file +\S+app\.db does not exist yet: "whimbrel up" makes it\n/)
    expect(project.snapshot()).toEqual(before)
  })

  it('exits 1 with a problem, says what to do, and tells of the others', async () => {
    const project = new Project({ bad: {}, app })
    await project.run('up', '--db', 'app')
    project.write('bad.db', 'this is not a database, and never was')
    project.write('backups/app', 'a file where a folder should be')
    const { exitCode, out } = await project.run('doctor')
    expect(exitCode).toBe(1)
    expect(out).toMatch(/✗ content +bad\.db .+\n {4}\S.+\n/)
    expect(out).toMatch(/✗ backups +backups\/app cannot be written: .+\n {4}Give the user/)
    const { databases } = await project.json('doctor')
    const verdicts = (databases as readonly DoctorOutput[]).map(({ name, diagnoses }) => [
      name,
      diagnoses.filter(({ verdict }) => verdict === 'problem').map((one) => one.name),
    ])
    expect(verdicts).toEqual([
      ['bad', ['content']],
      ['app', ['backups']],
    ])
  })

  it('still says what runs here where the manifest cannot be used', async () => {
    const project = new Project({ app })
    project.manifest('{ "databases": ')
    const { exitCode, out } = await project.run('doctor')
    expect(exitCode).toBe(2)
    expect(out).toMatch(
      /^ {2}✓ whimbrel {2}\S+\n {2}✓ node {6}.+\n {2}✗ manifest {2}.+whimbrel\.json.+\n {4}\S/,
    )
    const { error, diagnoses } = await project.json('doctor')
    expect(error).toMatchObject({ code: 'MANIFEST_INVALID' })
    expect(diagnoses).toHaveLength(3)
  })

  it('names the environment, and shows no password', async () => {
    const project = new Project()
    project.migrations('app', app)
    const url = 'postgres://user:secret@localhost/x'
    project.manifest({
      databases: { app: { url: 'sqlite:app.db', migrations: 'app' }, other: { url, migrations: 'app' } },
      environments: { production: { protected: true } },
    })
    const { out, err } = await project.run('doctor', '--env', 'production')
    expect(out).toMatch(/✓ environment +environment production, protected\n/)
    expect(out + err).not.toContain('secret')
    expect(out).toContain('other')
  })
})
