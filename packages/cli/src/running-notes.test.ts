import type { RunEvent } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { interruption } from './interruption.ts'
import { RunningNotes } from './running-notes.ts'
import type { RunningStep } from './running-step.ts'

const started = (id: string, transactional = true) =>
  ({ type: 'step-started', step: { direction: 'up', migration: { id, transactional } } }) as RunEvent
const committed = { type: 'committed', steps: [] } as RunEvent

function noted(tell: (notes: RunningNotes) => void): RunningStep | undefined {
  let step: RunningStep | undefined
  tell(
    new RunningNotes({
      write: (written) => {
        step = written
      },
    }),
  )
  return step
}

describe('what runs is noted', () => {
  it('as the step that is undone, or in doubt, with the process', () => {
    expect(noted((notes) => notes.listen('app', started('001_a')))).toEqual({
      database: 'app',
      migration: '001_a',
      direction: 'up',
      fate: 'undone',
    })
    expect(noted((notes) => notes.listen('app', started('002_b', false)))).toMatchObject({ fate: 'in doubt' })
  })

  it('until it is committed', () => {
    const step = noted((notes) => {
      notes.listen('app', started('001_a'))
      notes.listen('app', committed)
    })
    expect(step).toBeUndefined()
  })

  it('as decided while several databases are committed, and no longer than that', () => {
    const decided = (notes: RunningNotes) => {
      notes.listen('app', started('001_a'))
      notes.release({ type: 'release-decided' })
      notes.listen('app', committed)
    }
    expect(noted(decided)).toMatchObject({ fate: 'decided' })
    const end = noted((notes) => {
      decided(notes)
      notes.end()
    })
    expect(end).toBeUndefined()
    const next = noted((notes) => {
      decided(notes)
      notes.listen('other', started('003_c', false))
    })
    expect(next).toMatchObject({ database: 'other', fate: 'in doubt' })
  })
})

describe('an interruption between two commits of a run', () => {
  const step: RunningStep = { database: '', migration: '', direction: 'up', fate: 'decided' }

  it('says that the run is decided, and what finishes it', () => {
    expect(interruption(step, ['up']).stderr).toMatch(
      /^error: The run was interrupted after it had decided .*\n {2}next: .*"whimbrel recover".*\n$/,
    )
    const { error } = JSON.parse(interruption(step, ['up', '--json']).stdout)
    expect(error).toEqual({ code: 'INTERRUPTED', message: expect.any(String), hint: expect.any(String) })
  })
})
