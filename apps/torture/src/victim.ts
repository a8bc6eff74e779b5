import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { ReleaseOrder } from './release/release-job.ts'
import { releaseRunnerOf } from './release/release-runners.ts'
import type { Job, RunnerName, Said } from './runner.ts'
import { runnerOf } from './runners.ts'
import { runServer } from './servers/run-server.ts'
import type { ServerOrder } from './servers/server-job.ts'

/** A line to the victim: a runner and what it has to do. */
export interface Order {
  readonly runner: RunnerName
  readonly job: Job
}

/** Any line to the victim. */
export type AnyOrder = Order | ReleaseOrder | ServerOrder

// The program that is killed. With an order as its argument it does that and ends. Without one it says that it is
// ready and takes orders from its input, so that strace can be attached when the modules are loaded.
const [order] = process.argv.slice(2)
if (order !== undefined) process.exitCode = await obey(JSON.parse(order))
else {
  say({ ready: true })
  for await (const line of createInterface({ input: process.stdin })) await obey(JSON.parse(line))
}

async function obey(given: AnyOrder): Promise<number> {
  const said = await carryOut(given, (committed) => say({ committed }))
  say({ said })
  return said.exitCode
}

function carryOut(given: AnyOrder, tell: (words: readonly string[]) => void): Promise<Said> {
  if ('server' in given) return runServer(given.server, given.job)
  if ('release' in given) return releaseRunnerOf(given.release)(given.job, tell)
  return runnerOf(given.runner)(given.job, tell)
}

/** Written at once: what was said before a kill counts as said. */
function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}
