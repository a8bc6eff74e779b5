import { type RunEvent, retry } from '@whimbrel/core'
import { rollbackVerifier } from '@whimbrel/rollback-manager'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const none = '-- Transaction: none'
const plus = 'UPDATE counter SET n = n + 1;'
const first = {
  '001_counter': migration('CREATE TABLE counter (n INTEGER);\nINSERT INTO counter VALUES (0);'),
}
const broken = migration(`${plus}\n${plus}\nINSERT INTO nowhere VALUES (1);\n${plus}`, '', none)
const mended = migration(`${plus}\n${plus}\nSELECT 1;\n${plus}`, '', none)

class Repair extends Fixture {
  retry(id?: string) {
    return this.runner({ verifier: rollbackVerifier() }).run(...retry({ id }))
  }

  get n(): number | undefined {
    return this.rows<{ n: number }>('SELECT n FROM counter')[0]?.n
  }

  get attempts(): readonly string[] {
    const sql =
      "SELECT action || ' ' || outcome AS what FROM schema_migrations_history WHERE version = 2 ORDER BY sequence"
    return this.rows<{ what: string }>(sql).map(({ what }) => what)
  }

  get progress(): number | null | undefined {
    return this.rows<{ progress: number | null }>(
      'SELECT progress FROM schema_migrations WHERE version = 2',
    )[0]?.progress
  }
}

/** Two statements of four have run. */
async function inDoubt(): Promise<Repair> {
  const repair = new Repair({ ...first, '002_twice': broken })
  await failure(repair.up())
  return repair
}

describe('a retry', () => {
  it('runs the statements that did not run, and the record says what ran', async () => {
    const repair = await inDoubt()
    repair.write({ '002_twice': mended })
    const report = await repair.retry()
    expect(report).toMatchObject({
      outcome: 'migrated',
      before: '001_counter',
      after: '002_twice',
      steps: [{ id: '002_twice', direction: 'up', outcome: 'applied', rowsChanged: 1 }],
    })
    expect(repair.n).toBe(3)
    expect(repair.attempts).toEqual(['up started', 'up failed', 'up started', 'up applied'])
    expect(await repair.runner().status()).toMatchObject({ findings: [], plan: { steps: [] } })
    const [kept] = repair.rows<{ up_sql: string }>('SELECT up_sql FROM schema_migrations WHERE version = 2')
    expect(kept?.up_sql).toContain('SELECT 1')
  })

  it('tells of itself with events and hooks, like any run', async () => {
    const repair = await inDoubt()
    repair.write({ '002_twice': mended })
    const told: string[] = []
    const onEvent = (event: RunEvent) => {
      told.push(event.type === 'statement-started' ? `statement ${event.statement}` : event.type)
    }
    const hooks = { before: () => void told.push('before'), after: () => void told.push('after') }
    await repair.runner({ onEvent, hooks }).run(...retry())
    expect(told).toEqual([
      'run-started',
      'step-started',
      'before',
      'statement 3',
      'statement 4',
      'after',
      'step-finished',
      'committed',
      'run-finished',
    ])
  })

  it('stays in doubt with its progress when it fails again', async () => {
    const repair = await inDoubt()
    repair.write({ '002_twice': migration(`${plus}\n${plus}\n${plus}\nnonsense;`, '', none) })
    const { error } = await failure(repair.retry())
    expect(error.message).toMatch(
      /002_twice failed at .*:6 \(statement 4 of 4\).*; 002_twice is in doubt now/,
    )
    expect([repair.n, repair.progress]).toEqual([3, 3])
    repair.write({ '002_twice': migration(`${plus}\n${plus}\n${plus}`, '', none) })
    expect(await repair.retry()).toMatchObject({ outcome: 'migrated' })
    expect([repair.n, repair.progress]).toEqual([3, null])
  })

  it('uses what was kept where the file is gone', async () => {
    const repair = await inDoubt()
    repair.exec('CREATE TABLE nowhere (id INTEGER)')
    repair.remove('002_twice')
    expect(await repair.retry('2')).toMatchObject({ outcome: 'migrated' })
    expect(repair.n).toBe(3)
  })

  it('is refused when what has run was edited, and nothing is changed', async () => {
    const repair = await inDoubt()
    repair.write({ '002_twice': mended.replace(plus, 'UPDATE counter SET n = 7;') })
    const before = repair.bytes()
    const { error } = await failure(repair.retry())
    expect(error).toMatchObject({ code: 'CHECKSUM_CHANGED', exitCode: 3 })
    expect(error.message).toContain('statement 1 is not the one that finished')
    expect(repair.bytes()).toEqual(before)
    // White space and comments are no edit.
    repair.write({ '002_twice': mended.replace(plus, `/* one */ ${plus.replace(' SET', '\n  SET')}`) })
    expect(await repair.retry()).toMatchObject({ outcome: 'migrated' })
    expect(repair.n).toBe(3)
  })

  it('is not kept from its work by a wrong file elsewhere', async () => {
    const repair = await inDoubt()
    repair.write({ '002_twice': mended, '003_wrong': 'no markers' })
    expect(await repair.retry('002')).toMatchObject({ outcome: 'migrated' })
  })

  it('waits for a run that is in the middle of it, and then finds nothing in doubt', async () => {
    const repair = new Repair({ ...first, '002_twice': migration(plus, '', none) })
    let goOn = () => {}
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let begun = () => {}
    const started = new Promise<void>((resolve) => {
      begun = resolve
    })
    const after = ({ step }: { step: { id: string } }) => {
      if (step.id !== '002_twice') return
      begun()
      return held
    }
    const running = repair.up({ hooks: { after } })
    await started
    const waiting = failure(repair.retry())
    await new Promise((resolve) => setTimeout(resolve, 20))
    goOn()
    await running
    expect((await waiting).error).toMatchObject({ code: 'NOT_IN_DOUBT' })
    expect(repair.n).toBe(1)
  })
})

describe('a retry of a rollback', () => {
  const up = migration('SELECT 1;', `${plus}\n${plus}\nINSERT INTO nowhere VALUES (1);`, none)

  it('goes on with the down and takes the record away', async () => {
    const repair = new Repair({ ...first, '002_twice': up })
    await repair.up()
    await failure(repair.down())
    expect([repair.n, repair.progress]).toEqual([2, 2])
    repair.exec('CREATE TABLE nowhere (id INTEGER)')
    const report = await repair.retry()
    expect(report).toMatchObject({ outcome: 'rolled-back', before: '001_counter', after: '001_counter' })
    expect(repair.n).toBe(2)
    expect(await repair.applied()).toEqual(['001_counter'])
    expect(repair.attempts.slice(-2)).toEqual(['down started', 'down reverted'])
  })

  it('compares with the down that was begun, an edited one, too', async () => {
    const repair = new Repair({ ...first, '002_twice': up })
    await repair.up()
    const edited = migration(
      'SELECT 1;',
      `UPDATE counter SET n = n + 10;\nINSERT INTO nowhere VALUES (1);`,
      none,
    )
    repair.write({ '002_twice': edited })
    await failure(repair.down({ acceptChangedDown: true }))
    expect([repair.n, repair.progress]).toEqual([10, 1])
    // The file as it was applied is not what has begun.
    repair.write({ '002_twice': up })
    expect((await failure(repair.retry())).error).toMatchObject({ code: 'CHECKSUM_CHANGED' })
    repair.write({ '002_twice': edited.replace('INSERT INTO nowhere VALUES (1)', 'SELECT 2') })
    expect(await repair.retry()).toMatchObject({ outcome: 'rolled-back' })
    expect(repair.n).toBe(10)
  })
})

describe('a migration outside a transaction', () => {
  const families = {
    '001_families': migration(`CREATE TABLE parents (id INTEGER PRIMARY KEY);
CREATE TABLE children (parent REFERENCES parents (id) ON DELETE CASCADE);
INSERT INTO parents VALUES (1);
INSERT INTO children VALUES (1);`),
  }
  const children = (fixture: Fixture) =>
    fixture.rows<{ n: number }>('SELECT count(*) AS n FROM children')[0]?.n

  it('has foreign keys enforced, as the database has them', async () => {
    const fixture = new Fixture({ ...families, '002_b': migration('DELETE FROM parents;', '', none) })
    await fixture.up()
    expect(children(fixture)).toBe(0)
  })

  it('can switch foreign keys off for the statements that follow', async () => {
    const up = 'PRAGMA foreign_keys = OFF;\nSELECT 1;\nDELETE FROM parents;'
    const fixture = new Fixture({ ...families, '002_b': migration(up, '', none) })
    await fixture.up()
    expect(children(fixture)).toBe(1)
  })

  it('counts a statement as done with the statement itself, or not at all', async () => {
    const fixture = new Fixture({
      ...first,
      '002_b': migration(`${plus}\nVACUUM;\nPRAGMA user_version = 7;\n${plus}\nnonsense;`, '', none),
    })
    await failure(fixture.up())
    fixture.exec(`CREATE TRIGGER no_fifth BEFORE UPDATE OF progress ON schema_migrations WHEN NEW.progress = 5
      BEGIN SELECT RAISE(ABORT, 'no more'); END`)
    const fixed = migration(`${plus}\nVACUUM;\nPRAGMA user_version = 7;\n${plus}\n${plus}`, '', none)
    fixture.write({ '002_b': fixed })
    const { error } = await failure(fixture.runner().run(...retry()))
    expect(error.message).toMatch(/statement 5 of 5.*no more/)
    expect(fixture.rows('SELECT n FROM counter')).toEqual([{ n: 2 }])
    expect(fixture.rows('PRAGMA user_version')).toEqual([{ user_version: 7 }])
    fixture.exec('DROP TRIGGER no_fifth')
    await fixture.runner().run(...retry())
    expect(fixture.rows('SELECT n FROM counter')).toEqual([{ n: 3 }])
  })
})
