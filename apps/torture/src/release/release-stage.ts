import { join } from 'node:path'
import type { CampaignSettings } from '../campaign.ts'
import { attach, type Fault, readTrace, tracedCalls } from '../strace.ts'
import { type Obeyed, VictimProcess } from '../victim-process.ts'
import type { ReleaseCase } from './release-case.ts'
import type { ReleaseJob } from './release-job.ts'
import { ReleaseJudge } from './release-judge.ts'
import { ReleaseProject } from './release-project.ts'

/** A kill so and so long after a moment. */
export interface Kill {
  readonly after: 'beginning' | 'decided'
  readonly ms: number
}

/** A release with all that is needed to disturb and to judge it. */
export class ReleaseStage {
  readonly of: ReleaseCase
  readonly project: ReleaseProject
  readonly judge: ReleaseJudge
  #waiting: VictimProcess | undefined

  /** Sets it up in a folder of its own, lets `work` do what it wants there and removes it. */
  static async on<T>(
    of: ReleaseCase,
    { root }: Pick<CampaignSettings, 'root'>,
    work: (stage: ReleaseStage) => Promise<T>,
  ): Promise<T> {
    const project = await ReleaseProject.make(of, root)
    let stage: ReleaseStage | undefined
    try {
      stage = new ReleaseStage(of, project, await ReleaseJudge.of(project))
      return await work(stage)
    } finally {
      await stage?.end()
      project.remove()
    }
  }

  private constructor(of: ReleaseCase, project: ReleaseProject, judge: ReleaseJudge) {
    this.of = of
    this.project = project
    this.judge = judge
  }

  /** Does a job in a process of its own, watched by strace, with a fault or without. */
  async traced(job: ReleaseJob, fault?: Fault): Promise<Obeyed & { readonly trace: string }> {
    const victim = await this.#ready()
    const output = join(this.project.folder, 'trace.txt')
    const tracer = await attach(victim.pid, {
      paths: this.project.watched,
      calls: tracedCalls,
      output,
      fault,
    })
    const obeyed = await victim.obey({ release: this.of.runner, job })
    if (obeyed.said === undefined) await this.#replace()
    else tracer.detach()
    await tracer.ended
    return { ...obeyed, trace: readTrace(output) }
  }

  /** Does a job in a process of its own, that is killed a while after a moment unless it is done by then. */
  async untraced(job: ReleaseJob, kill?: Kill): Promise<Obeyed> {
    const victim = await this.#ready()
    let timer: NodeJS.Timeout | undefined
    let isKilled = false
    const reached = (moment: string) => {
      if (kill?.after === moment) {
        timer = setTimeout(() => {
          isKilled = true
          victim.signal('SIGKILL')
        }, kill.ms)
      }
    }
    reached('beginning')
    const obeyed = await victim.obey({ release: this.of.runner, job }, (words) => words.forEach(reached))
    clearTimeout(timer)
    // It may have been killed when it had said its last word.
    if (obeyed.said === undefined || isKilled) await this.#replace()
    return obeyed
  }

  /** Ends what is still waiting. */
  async end(): Promise<void> {
    await this.#waiting?.end()
    this.#waiting = undefined
  }

  async #ready(): Promise<VictimProcess> {
    this.#waiting ??= new VictimProcess()
    await this.#waiting.ready
    return this.#waiting
  }

  /** The next one loads its modules while this one's end is judged. */
  async #replace(): Promise<void> {
    const dead = this.#waiting
    this.#waiting = new VictimProcess()
    await dead?.end()
  }
}
