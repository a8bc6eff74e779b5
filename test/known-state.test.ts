import { type MigrationState, plan, type Source } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { describe, expect, it } from 'vitest'
import { Fixture, migration } from './fixture.ts'

const files = {
  '001_a': migration('CREATE TABLE a (id INTEGER PRIMARY KEY);', 'DROP TABLE a;'),
  '002_b': migration('CREATE TABLE b (id INTEGER PRIMARY KEY);', 'DROP TABLE b;'),
}
const everything = (state: MigrationState) => plan(state, { direction: 'up' })

/** A folder that counts how often a migration is read. */
function counted(directory: string): { readonly source: Source; readonly reads: () => number } {
  const folder = folderSource({ directory })
  let reads = 0
  const source: Source = {
    location: folder.location,
    list: async () => {
      const { entries, problems } = await folder.list()
      const counting = entries.map((entry) => ({
        ...entry,
        read: () => {
          reads += 1
          return entry.read()
        },
      }))
      return { entries: counting, problems }
    },
  }
  return { source, reads: () => reads }
}

describe('a run that is given the state it was planned from', () => {
  it('reads no file again', async () => {
    const fixture = new Fixture(files)
    const { source, reads } = counted(fixture.migrations)
    const runner = fixture.runner({ source })
    const known = await runner.state()
    expect(reads()).toBe(2)
    const report = await runner.run(everything, { known })
    expect([reads(), report.outcome]).toEqual([2, 'migrated'])
  })

  it('runs what it was planned with, also when a file was edited since', async () => {
    const fixture = new Fixture(files)
    const known = await fixture.runner().state()
    fixture.write({ '002_b': 'no marker' })
    await fixture.runner().run(everything, { known })
    expect(fixture.objects()).toEqual(['a', 'b'])
  })

  it('reads again where somebody was faster', async () => {
    const fixture = new Fixture(files)
    const { source, reads } = counted(fixture.migrations)
    const known = await fixture.runner({ source }).state()
    await fixture.up()
    const report = await fixture.runner({ source }).run(everything, { known })
    expect([reads(), report.outcome, report.steps]).toEqual([4, 'up-to-date', []])
  })
})
