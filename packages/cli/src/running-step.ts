/** The migration that runs now, as the main thread has to know it when it ends the process. */
export interface RunningStep {
  readonly database: string
  readonly migration: string
  /** Undone with the process; otherwise in doubt. */
  readonly transactional: boolean
}

const CAPACITY = 1024

/** One running step in memory that two threads share: written often, read once. */
export class RunningStepBoard {
  readonly memory: SharedArrayBuffer
  readonly #length: Int32Array
  readonly #bytes: Uint8Array

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4 + CAPACITY)) {
    this.memory = memory
    this.#length = new Int32Array(memory, 0, 1)
    this.#bytes = new Uint8Array(memory, 4)
  }

  write(step: RunningStep | undefined): void {
    Atomics.store(this.#length, 0, 0)
    if (step === undefined) return
    const bytes = Buffer.from(JSON.stringify(step)).subarray(0, CAPACITY)
    this.#bytes.set(bytes)
    Atomics.store(this.#length, 0, bytes.length)
  }

  read(): RunningStep | undefined {
    const length = Atomics.load(this.#length, 0)
    try {
      return length === 0 ? undefined : JSON.parse(Buffer.from(this.#bytes.slice(0, length)).toString())
    } catch {
      // A name longer than the board, or a step that changes this very moment.
      return undefined
    }
  }
}
