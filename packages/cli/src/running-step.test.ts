import { describe, expect, it } from 'vitest'
import { RunningStepBoard } from './running-step.ts'

const step = { database: 'settings', migration: '003_größe', direction: 'down', fate: 'undone' } as const

describe('the board of the running step', () => {
  it('shows another thread what was written last', () => {
    const board = new RunningStepBoard()
    const elsewhere = new RunningStepBoard(board.memory)
    expect(elsewhere.read()).toBeUndefined()
    board.write(step)
    expect(elsewhere.read()).toEqual(step)
    board.write({ ...step, migration: '4_x' })
    expect(elsewhere.read()?.migration).toBe('4_x')
    board.write(undefined)
    expect(elsewhere.read()).toBeUndefined()
  })

  it('shows nothing where a name does not fit', () => {
    const board = new RunningStepBoard()
    board.write({ ...step, migration: 'x'.repeat(2000) })
    expect(board.read()).toBeUndefined()
  })
})
