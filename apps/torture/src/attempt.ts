import { join } from 'node:path'
import { companions, type Project } from './project.ts'
import { startProcess } from './run-process.ts'
import { attach, type Fault, readTrace, straceWords, type Tracing, tracedCalls } from './strace.ts'
import { type Obeyed, VictimProcess } from './victim-process.ts'
import { saidByCommand, whimbrelCommand } from './whimbrel-command.ts'

/** One run of a case in a process of its own, watched by strace. */
export interface Attempt extends Obeyed {
  readonly trace: string
}

/** Starts the processes of a case and lets faults happen to them. */
export class Attempts {
  #waiting: VictimProcess | undefined

  /** Puts the database back to where the case begins and runs it, with a fault or without. */
  async run(project: Project, fault?: Fault): Promise<Attempt> {
    project.reset()
    return this.again(project, fault)
  }

  /** Runs it from where the database is. */
  again(project: Project, fault?: Fault): Promise<Attempt> {
    const tracing = tracingOf(project, fault)
    return project.of.vehicle === 'command' ? runCommand(project, tracing) : this.#order(project, tracing)
  }

  /** Ends what is still waiting. */
  async end(): Promise<void> {
    await this.#waiting?.end()
    this.#waiting = undefined
  }

  async #order(project: Project, tracing: Tracing): Promise<Attempt> {
    const victim = this.#waiting ?? new VictimProcess()
    this.#waiting = victim
    await victim.ready
    const tracer = await attach(victim.pid, tracing)
    const obeyed = await victim.obey({ runner: project.of.runner, job: project.job() })
    if (obeyed.said === undefined) {
      // The next one loads its modules while this one is judged.
      this.#waiting = new VictimProcess()
      await victim.end()
    } else tracer.detach()
    await tracer.ended
    return { ...obeyed, trace: readTrace(tracing.output) }
  }
}

function tracingOf(project: Project, fault: Fault | undefined): Tracing {
  const paths = companions.map((suffix) => project.database + suffix)
  return {
    paths: [...paths, project.folder],
    calls: tracedCalls,
    output: join(project.folder, 'trace.txt'),
    fault,
  }
}

async function runCommand(project: Project, tracing: Tracing): Promise<Attempt> {
  const command = [...straceWords(tracing), ...whimbrelCommand(project.words)]
  const { stdout } = await startProcess(command, project.folder).ended
  return { said: saidByCommand(stdout), committed: [], trace: readTrace(tracing.output) }
}
