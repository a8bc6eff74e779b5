import { isMainThread, workerData } from 'node:worker_threads'
import { runCommand } from './run-command.ts'
import { lookAround, type Surroundings } from './surroundings.ts'

const surroundings: Surroundings = isMainThread
  ? { ...lookAround(), stop: new SharedArrayBuffer(4) }
  : workerData
const stop = new Int32Array(surroundings.stop)

void runCommand(process.argv.slice(2), {
  ...surroundings,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  env: process.env,
  cwd: process.cwd(),
  signal: {
    get aborted() {
      return Atomics.load(stop, 0) !== 0
    },
  },
}).then((exitCode) => {
  process.exitCode = exitCode
})
