import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { askPerson } from './ask-person.ts'
import { askThroughHost } from './ask-through-host.ts'
import { runCommand } from './run-command.ts'
import { RunningStepBoard } from './running-step.ts'
import { lookAround, type Surroundings } from './surroundings.ts'
import { textWriter } from './write-text.ts'

// Without a thread of its own nobody looks at the board, and signals end the process by themselves.
const surroundings: Surroundings = isMainThread
  ? { ...lookAround(), stop: new SharedArrayBuffer(4), running: new RunningStepBoard().memory }
  : workerData
const ask = parentPort === null ? askPerson : askThroughHost.bind(undefined, parentPort)
const stop = new Int32Array(surroundings.stop)
const { stopped } = surroundings

void runCommand(process.argv.slice(2), {
  ...surroundings,
  ask: surroundings.answers ? ask : undefined,
  running: new RunningStepBoard(surroundings.running),
  out: textWriter(1),
  err: textWriter(2),
  env: process.env,
  cwd: process.cwd(),
  onStop(listener) {
    stopped?.on('message', listener)
    // Nobody waits for it.
    stopped?.unref()
  },
  signal: {
    get aborted() {
      return Atomics.load(stop, 0) !== 0
    },
  },
}).then((exitCode) => {
  process.exitCode = exitCode
})
