import type { MessagePort } from 'node:worker_threads'

/** What only the main thread can see of the world. */
export interface Surroundings {
  /** A person is looking at stderr. */
  readonly interactive: boolean
  /** A person can be asked: stdin is a terminal, too. */
  readonly answers: boolean
  readonly columns: number
  readonly color: boolean
  /** One Int32, not zero when the run should stop. */
  readonly stop: SharedArrayBuffer
  /** Says something when that happens. */
  readonly stopped?: MessagePort
  /** Memory of a RunningStepBoard. */
  readonly running: SharedArrayBuffer
}

/** Looks at the terminal of the main thread. */
export function lookAround(): Omit<Surroundings, 'stop' | 'running'> {
  const { env, argv, stdin, stdout, stderr } = process
  const interactive = stderr.isTTY === true && env.CI === undefined
  return {
    interactive,
    answers: interactive && stdin.isTTY === true,
    columns: stderr.columns ?? 80,
    // One setting for both streams: no escape sequence gets into a file, whichever of them is redirected.
    color: !env.NO_COLOR && !argv.includes('--no-color') && stdout.isTTY === true && stderr.isTTY === true,
  }
}
