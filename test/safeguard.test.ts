import { MigrateError, type RunEvent, reportOf, type Safeguard } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const table = (name: string) => migration(`CREATE TABLE ${name} (id);`, `DROP TABLE ${name};`)

/** A safeguard that only cleans up, and fails at it. */
function failsAfterwards(): Safeguard & { readonly outcomes: string[] } {
  const outcomes: string[] = []
  return {
    outcomes,
    before: async () => ({}),
    after: async ({ report }) => {
      outcomes.push(report.outcome)
      throw new MigrateError('DATABASE_IO', 'The folder cannot be listed', { hint: 'Mend the disk' })
    },
  }
}

describe('a safeguard that fails after the run', () => {
  it('does not make a failure of a run that is done: the report tells of it', async () => {
    const fixture = new Fixture({ '001_a': table('a') })
    const events: RunEvent[] = []
    const report = await fixture.up({
      safeguard: failsAfterwards(),
      onEvent: (event) => events.push(event),
    })
    expect(report.outcome).toBe('migrated')
    expect(report.findings).toMatchObject([{ code: 'DATABASE_IO', blocking: false, hint: 'Mend the disk' }])
    expect(events.at(-1)).toEqual({ type: 'run-finished', report })
    expect(await fixture.applied()).toEqual(['001_a'])
  })

  it('is asked after a run that failed, too, and hides nothing of its error', async () => {
    const fixture = new Fixture({ '001_a': table('a'), '002_b': migration('SELECT * FROM nowhere;') })
    const safeguard = failsAfterwards()
    const { error } = await failure(fixture.up({ safeguard }))
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(safeguard.outcomes).toEqual(['failed'])
    expect(reportOf(error)?.findings).toMatchObject([{ code: 'DATABASE_IO' }])
    expect(await fixture.applied()).toEqual(['001_a'])
  })

  it('is not asked where nothing is to be done', async () => {
    const fixture = new Fixture({ '001_a': table('a') })
    await fixture.up()
    const safeguard = failsAfterwards()
    expect(await fixture.up({ safeguard })).toMatchObject({ outcome: 'up-to-date', findings: [] })
    expect(safeguard.outcomes).toEqual([])
  })
})
