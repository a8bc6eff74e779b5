import { join } from 'node:path'
import type { ReleaseJob, ReleaseOrder } from '../release/release-job.ts'
import type { ServerOrder } from '../servers/server-job.ts'
import { attach, type Fault, readTrace } from '../strace.ts'
import { type Obeyed, VictimProcess } from '../victim-process.ts'

/** Calls by which something leaves the process: what it says to servers, and what it does to files. */
const calls = [
  'write',
  'writev',
  'sendto',
  'sendmsg',
  'pwrite64',
  'fsync',
  'fdatasync',
  'rename',
  'link',
  'unlink',
]

/** A kill so and so long after a moment. */
export interface Kill {
  readonly after: 'beginning' | 'decided'
  readonly ms: number
}

/** Processes that are killed; the next one loads its modules while the end of the last one is judged. */
export class EnginesStage {
  readonly #output: string
  #waiting: VictimProcess | undefined

  constructor(folder: string) {
    this.#output = join(folder, 'trace.txt')
  }

  /** Watched by strace, with a fault or without. */
  async traced(job: ReleaseJob, fault?: Fault): Promise<Obeyed & { readonly trace: string }> {
    const victim = await this.#ready()
    const tracer = await attach(victim.pid, { paths: [], calls, output: this.#output, fault })
    const obeyed = await victim.obey({ release: 'whimbrel', job })
    if (obeyed.said === undefined) await this.#replace()
    else tracer.detach()
    await tracer.ended
    return { ...obeyed, trace: readTrace(this.#output) }
  }

  /** Killed a while after a moment, unless it is done by then. */
  async killed(order: ReleaseOrder | ServerOrder, { after, ms }: Kill): Promise<Obeyed> {
    const victim = await this.#ready()
    let timer: NodeJS.Timeout | undefined
    let isKilled = false
    const reached = (moment: string) => {
      if (moment !== after) return
      timer = setTimeout(() => {
        isKilled = true
        victim.signal('SIGKILL')
      }, ms)
    }
    reached('beginning')
    const obeyed = await victim.obey(order, (words) => words.forEach(reached))
    clearTimeout(timer)
    if (obeyed.said === undefined || isKilled) await this.#replace()
    return obeyed
  }

  async end(): Promise<void> {
    await this.#waiting?.end()
    this.#waiting = undefined
  }

  async #ready(): Promise<VictimProcess> {
    this.#waiting ??= new VictimProcess()
    await this.#waiting.ready
    return this.#waiting
  }

  async #replace(): Promise<void> {
    const dead = this.#waiting
    this.#waiting = new VictimProcess()
    await dead?.end()
  }
}
