import { spawnSync } from 'node:child_process'

/** A process that has ended well. */
export interface Finished {
  /** From before it starts until it has ended. */
  readonly milliseconds: number
  /** What it wrote to stdout. */
  readonly output: string
}

// No settings of the person who runs the benchmark, and no telemetry.
const environment = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', DO_NOT_TRACK: '1' }

/** Runs a command to its end. Throws with its output where it fails. */
export function runProcess(command: readonly string[], directory: string): Finished {
  const [program = '', ...args] = command
  const begin = process.hrtime.bigint()
  const ended = spawnSync(program, args, {
    cwd: directory,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const milliseconds = Number(process.hrtime.bigint() - begin) / 1e6
  if (ended.error !== undefined) throw ended.error
  if (ended.status !== 0) {
    throw new Error(
      `${command.join(' ')}\nended with ${ended.status ?? ended.signal}:\n${ended.stdout}${ended.stderr}`,
    )
  }
  return { milliseconds, output: ended.stdout }
}
