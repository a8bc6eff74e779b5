import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ReleaseOrder } from './release/release-job.ts'
import type { Said } from './runner.ts'
import type { AnyOrder, Order } from './victim.ts'

const program = fileURLToPath(new URL('./victim.js', import.meta.url))

/** A victim that does one thing and ends. */
export function victimCommand(order: Order | ReleaseOrder): readonly string[] {
  return [process.execPath, program, JSON.stringify(order)]
}

/** How an order ended. */
export interface Obeyed {
  /** Undefined where the victim was killed before it said anything. */
  readonly said: Said | undefined
  /** Ids whose commit it had reported; of a release the names of databases, and `decided`. */
  readonly committed: readonly string[]
}

/** A process that has its modules loaded and waits for orders. */
export class VictimProcess {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly ready: Promise<void>

  constructor() {
    // One thread beside the main one, so that its calls come in the same order every time.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' }
    this.#process = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    const { stdin, stdout } = this.#process
    if (stdin === null || stdout === null) throw new Error('The victim has no pipes')
    stdin.on('error', () => undefined)
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
    this.ready = this.#lines.next().then(({ done }) => {
      if (done) throw new Error('The victim ended before it was ready')
    })
    this.ready.catch(() => undefined)
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** `onCommitted` hears at once what it reports. */
  async obey(order: AnyOrder, onCommitted?: (words: readonly string[]) => void): Promise<Obeyed> {
    const committed: string[] = []
    this.#process.stdin?.write(`${JSON.stringify(order)}\n`)
    for (;;) {
      const { done, value } = await this.#lines.next()
      if (done) return { said: undefined, committed }
      const line = JSON.parse(value)
      if (line.said !== undefined) return { said: line.said, committed }
      committed.push(...line.committed)
      onCommitted?.(line.committed)
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Ends it and waits until it is gone. */
  async end(): Promise<void> {
    if (!this.isAlive) return
    const gone = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await gone
  }
}
