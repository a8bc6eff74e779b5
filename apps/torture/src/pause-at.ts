import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from './campaign.ts'
import { companions } from './project.ts'
import { attach, readTrace, tracedCalls } from './strace.ts'
import { type Obeyed, VictimProcess } from './victim-process.ts'

/** A process that stands still before one of its system calls. */
export interface Paused {
  /** Lets it go on and waits for what it says. */
  resume(): Promise<Obeyed>
  kill(): Promise<void>
}

/** Runs a case in a process of its own and stops it with SIGSTOP at one call; undefined where it ended before. */
export async function pauseAt(
  { project, of }: Stage,
  { call, when }: { call: string; when: number },
): Promise<Paused | undefined> {
  project.reset()
  const victim = new VictimProcess()
  await victim.ready
  const output = join(project.folder, 'trace.txt')
  const tracer = await attach(victim.pid, {
    paths: [...companions.map((suffix) => project.database + suffix), project.folder],
    calls: tracedCalls,
    output,
    fault: { call, what: 'signal=SIGSTOP', when },
  })
  let ended = false
  const obeyed = victim.obey({ runner: of.runner, job: project.job() }).finally(() => {
    ended = true
  })
  const end = async () => {
    await victim.end()
    await tracer.ended
  }
  while (!ended && !/stopped by SIGSTOP/.test(readTrace(output))) await sleep(2)
  if (ended) {
    await end()
    return undefined
  }
  return {
    async resume() {
      victim.signal('SIGCONT')
      const said = await obeyed
      await end()
      return said
    },
    kill: end,
  }
}
