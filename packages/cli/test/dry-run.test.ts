import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunOutput } from '../src/output.ts'
import { documentOf, migration, Project, table } from './project.ts'

const versions = [1, 2, 3, 4, 5]
const idOf = (version: number) => `00${version}_m`

/** Statements that the schema keeps word for word, comments and lines included. */
const statementsOf = (version: number): readonly string[] => [
  `CREATE TABLE t${version} (\n  id INTEGER PRIMARY KEY, -- ; no end\n  kind TEXT DEFAULT 'a;b'\n)`,
  `CREATE TRIGGER r${version} AFTER INSERT ON t${version} BEGIN\n  SELECT CASE WHEN 1 THEN 2 END;\nEND`,
  `CREATE VIEW v${version} AS SELECT 'line one\n  line two' AS text`,
]
const fileOf = (version: number) =>
  migration(
    `${statementsOf(version).join(';\n-- between; two\n')};`,
    `DROP VIEW v${version};\nDROP TABLE t${version};`,
  )

const some = fc.subarray(versions)
const state = fc.record({ first: some, second: some })
const databases = fc.record({ a: state, b: state })
const target = fc.oneof(
  fc.constantFrom(...versions).map((version) => ['--to', idOf(version)]),
  fc.constantFrom('1', '2', '9').map((steps) => ['--steps', steps]),
)
const options = fc
  .tuple(
    fc.option(target, { nil: [] }),
    fc.constantFrom([], ['--db', 'a'], ['--db', 'b'], ['--db', 'a', '--db', 'b']),
    fc.constantFrom([], ['--allow-out-of-order']),
  )
  .map((parts) => parts.flat())

/** Applies the first files of each database, then adds the second ones. */
async function projectIn(states: { a: State; b: State }): Promise<Project> {
  const files = (versions: readonly number[]) =>
    Object.fromEntries(versions.map((version) => [idOf(version), fileOf(version)]))
  const project = new Project({ a: files(states.a.first), b: files(states.b.first) })
  await project.run('up')
  project.migrations('a', files(states.a.second))
  project.migrations('b', files(states.b.second))
  return project
}

interface State {
  readonly first: readonly number[]
  readonly second: readonly number[]
}

function schemaOf(project: Project, name: string): readonly string[] {
  if (!project.snapshot()[`${name}.db`]) return []
  const sql =
    "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND tbl_name NOT LIKE 'schema_migrations%' ORDER BY rowid"
  return project.rows<{ sql: string }>(name, sql).map((row) => row.sql)
}

const stepsOf = (databases: readonly RunOutput[]) =>
  databases.map(({ name, steps }) => ({ name, ids: steps.map(({ id }) => id) }))

describe('a dry run of up', () => {
  it('prints the ids and statements that the run then executes, and touches no byte', async () => {
    await fc.assert(
      fc.asyncProperty(databases, options, async (states, argv) => {
        const project = await projectIn(states)
        const before = project.snapshot()
        const dry = documentOf(await project.run('up', '--dry-run', '--sql', '--json', ...argv))
        const text = await project.run('up', '--dry-run', '--sql', ...argv)
        expect(project.snapshot()).toEqual(before)

        const schema = { a: schemaOf(project, 'a'), b: schemaOf(project, 'b') }
        const real = documentOf(await project.run('up', '--json', ...argv))
        expect([real.ok, real.exitCode, real.error?.code]).toEqual([dry.ok, dry.exitCode, dry.error?.code])
        expect(text.exitCode).toBe(dry.exitCode)
        if (!dry.ok) {
          expect(project.snapshot()).toEqual(before)
          return
        }
        const planned = dry.databases as readonly RunOutput[]
        const done = real.databases as readonly RunOutput[]
        expect(stepsOf(planned)).toEqual(stepsOf(done))
        for (const { name, steps } of planned) {
          const sql = steps.flatMap((step) => step.sql ?? [])
          expect(schemaOf(project, name).slice(schema[name as 'a' | 'b'].length)).toEqual(sql)
          for (const statement of sql) expect(text.out).toContain(`\n${statement};\n`)
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  it('makes no file where there is none', async () => {
    const project = new Project({ a: { '001_m': fileOf(1) } })
    const before = project.snapshot()
    const { exitCode, out, err } = await project.run('up', '--dry-run')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toBe('a  1 migration to apply, nothing → 001_m\n  · 001_m\n')
    expect(project.snapshot()).toEqual(before)
  })

  it('says the same as plan', async () => {
    const project = new Project({ a: { '001_m': fileOf(1), '002_m': fileOf(2) }, b: { '001_m': fileOf(1) } })
    for (const argv of [[], ['--sql'], ['--db', 'a', '--to', '1'], ['--steps', '1']]) {
      const plan = await project.run('plan', ...argv)
      expect(plan).toEqual(await project.run('up', '--dry-run', ...argv))
      expect(plan.exitCode).toBe(0)
    }
  })
})

describe('a dry run of down', () => {
  const selection = fc.oneof(
    fc.constant([] as string[]),
    fc.constantFrom(...versions).map((version) => ['--to', idOf(version)]),
    fc.constantFrom(...versions).map((version) => ['--only', idOf(version)]),
    fc.constantFrom('1', '3').map((steps) => ['--steps', steps]),
    fc.constant(['--all']),
  )
  const more = fc.subarray(['--cascade', '--force'])

  it('prints the ids that the rollback then undoes, and touches no byte', async () => {
    await fc.assert(
      fc.asyncProperty(some, selection, more, async (applied, chosen, flags) => {
        const dependent = table('extra', '-- Depends-On: 1')
        const files = applied.map((version) => [idOf(version), fileOf(version)])
        const extra = applied.includes(1) ? [['009_extra', dependent]] : []
        const project = new Project({ a: Object.fromEntries([...files, ...extra]) })
        await project.run('up')
        const before = project.snapshot()
        const argv = ['down', ...chosen, ...flags]
        const dry = await project.json(...argv, '--dry-run', '--sql')
        expect(project.snapshot()).toEqual(before)
        const real = await project.json(...argv)
        expect([real.ok, real.exitCode]).toEqual([dry.ok, dry.exitCode])
        if (!dry.ok) {
          expect(project.snapshot()).toEqual(before)
          return
        }
        const planned = dry.databases as readonly RunOutput[]
        expect(stepsOf(planned)).toEqual(stepsOf(real.databases as readonly RunOutput[]))
        const gone = planned[0]?.steps.flatMap(({ sql = [] }) => sql) ?? []
        const left = project.objects('a')
        for (const statement of gone) expect(left).not.toContain(statement.split(' ').at(-1))
      }),
      { numRuns: 40 },
    )
  }, 60_000)
})
