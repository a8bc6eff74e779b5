import { describe, expect, it } from 'vitest'
import { openDatabases } from '../src/index.ts'
import { Application, refusalOf } from './application.ts'

describe('hooks of openDatabases', () => {
  it('are told which database they are called for, around each migration and each run', async () => {
    const application = new Application()
    const told: string[] = []
    using _opened = await openDatabases({
      ...application.place,
      databases: ['graph', 'ontology'],
      hooks: {
        beforeRun: ({ database, plan }) => void told.push(`${database} begins ${plan.steps.length}`),
        after: ({ database, step, session }) => {
          told.push(`${database} ${step.id}`)
          return session.execute('CREATE TABLE IF NOT EXISTS hooked (id INTEGER)')
        },
        afterRun: ({ database, report }) => void told.push(`${database} ${report.outcome}`),
      },
    })
    const of = (name: string) => told.filter((text) => text.startsWith(name))
    expect(of('graph')).toEqual([
      'graph begins 2',
      'graph 001_create_nodes',
      'graph 002_create_edges',
      'graph migrated',
    ])
    expect(of('ontology')).toEqual(['ontology begins 1', 'ontology 001_create_terms', 'ontology migrated'])
  })

  it('may not hang: no handle is returned, and no database has moved', async () => {
    const application = new Application()
    const opening = openDatabases({
      ...application.place,
      hooks: { after: () => new Promise(() => {}) },
      hookTimeout: 5,
    })
    const { code, message, hint } = await refusalOf(opening)
    expect(code).toBe('HOOK_FAILED')
    expect(message).toContain('has done nothing for 5 ms')
    expect(hint).toContain('hookTimeout, or')
    expect(application.openFiles()).toEqual([])
    using opened = await openDatabases(application.place)
    expect(opened.report.databases.map(({ before, outcome }) => [before, outcome])).toEqual(
      Array(3).fill([null, 'migrated']),
    )
  })

  it('that fail after the commit fail no start, and say that it is kept', async () => {
    const afterRun = () => {
      throw new Error('too late')
    }
    using opened = await openDatabases({ ...new Application().place, hooks: { afterRun } })
    expect(opened.report.databases[0]?.findings).toMatchObject([
      {
        code: 'HOOK_FAILED',
        message: 'The afterRun hook failed: too late',
        hint: 'Correct the afterRun hook; what was committed before it is kept',
      },
    ])
  })

  it.each([-1, 'soon', Number.NaN])('have a limit that is a time, not %s', async (hookTimeout) => {
    const application = new Application()
    const { code, message } = await refusalOf(openDatabases({ ...application.place, hookTimeout }))
    expect(code).toMatch(/USAGE|MANIFEST_INVALID/)
    expect(message).toContain('"hookTimeout"')
  })
})
