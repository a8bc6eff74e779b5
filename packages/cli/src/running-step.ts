/** What becomes of it when the process ends now. */
export type Fate = 'undone' | 'in doubt' | 'decided'

/** What runs now, as the main thread has to know it when it ends the process. */
export interface RunningStep {
  readonly database: string
  readonly migration: string
  readonly direction: 'up' | 'down'
  /** `decided`: a run over several databases is about to be committed, and the next command finishes it. */
  readonly fate: Fate
}

const CAPACITY = 1024

/** One running step in memory that two threads share: written for every step, read once. */
export class RunningStepBoard {
  readonly memory: SharedArrayBuffer
  readonly #length: Int32Array
  readonly #bytes: Buffer

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4 + CAPACITY)) {
    this.memory = memory
    this.#length = new Int32Array(memory, 0, 1)
    this.#bytes = Buffer.from(memory, 4)
  }

  write(step: RunningStep | undefined): void {
    Atomics.store(this.#length, 0, 0)
    if (step === undefined) return
    const { database, migration, direction, fate } = step
    const length = this.#bytes.write(`${fate}\n${direction}\n${database}\n${migration}\n`)
    Atomics.store(this.#length, 0, length)
  }

  read(): RunningStep | undefined {
    const length = Atomics.load(this.#length, 0)
    const [fate, direction, database, migration, rest] = this.#bytes.toString('utf8', 0, length).split('\n')
    // Nothing runs, a name is longer than the board, or the step changes this very moment.
    if (database === undefined || migration === undefined || rest === undefined) return undefined
    return { database, migration, direction: direction === 'down' ? 'down' : 'up', fate: fate as Fate }
  }
}
