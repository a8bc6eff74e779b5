import type { RunEvent } from '@whimbrel/core'
import type { ReleaseEvent } from '@whimbrel/orchestrator'
import type { RunningStep, RunningStepBoard } from './running-step.ts'

const decided: RunningStep = { database: '', migration: '', direction: 'up', fate: 'decided' }

/** Notes what runs, so that the main thread can say what it interrupts. */
export class RunningNotes {
  readonly #board: Pick<RunningStepBoard, 'write'>
  /** From here on every database of the run is committed, one after the other. */
  #isDecided = false

  constructor(board: Pick<RunningStepBoard, 'write'>) {
    this.#board = board
  }

  listen(database: string, event: RunEvent): void {
    if (event.type === 'step-started') {
      const { direction, migration } = event.step
      const fate = migration.transactional ? 'undone' : 'in doubt'
      this.#isDecided = false
      this.#board.write({ database, migration: migration.id, direction, fate })
    } else if (!this.#isDecided && (event.type === 'committed' || event.type === 'run-finished')) {
      this.#board.write(undefined)
    }
  }

  release({ type }: Pick<ReleaseEvent, 'type'>): void {
    if (type !== 'release-decided') return
    this.#isDecided = true
    this.#board.write(decided)
  }

  end(): void {
    this.#isDecided = false
    this.#board.write(undefined)
  }
}
