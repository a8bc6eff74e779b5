import { spawn } from 'node:child_process'

export interface ProcessOptions {
  readonly cwd?: string | undefined
  /** The whole environment of the process; default: that of this one. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** How a process ended and what it printed. */
export interface EndedProcess {
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** From its start to its end, in milliseconds. */
  readonly durationMs: number
}

/** A process of ours: only what was started here can be signalled here. */
export interface StartedProcess {
  readonly pid: number
  /** Settles when it is gone and everything it printed was read. Rejects where it could not be started. */
  readonly ended: Promise<EndedProcess>
  /** What it printed so far. */
  printed(): { readonly stdout: string; readonly stderr: string }
  /** True until it ended. */
  isRunning(): boolean
  /** Writes to its standard input and closes that; a process that is gone does not mind. */
  write(text: string): void
  /** Sends a signal to this process alone; false where it is gone already. */
  kill(signal: NodeJS.Signals): boolean
}

/** Starts a program without a shell: the first word is the program, the others are its arguments. */
export function startProcess(command: readonly string[], options: ProcessOptions = {}): StartedProcess {
  const [program, ...args] = command
  if (program === undefined)
    throw new RangeError('The command has no words: give a program and its arguments')
  const { cwd, env = process.env } = options
  const started = performance.now()
  const child = spawn(program, args, { cwd, env: env as NodeJS.ProcessEnv, stdio: 'pipe' })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text
    })
  }
  child.stdin.on('error', () => undefined)
  const ended = new Promise<EndedProcess>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode, signal) =>
      resolve({ exitCode, signal, ...printed, durationMs: performance.now() - started }),
    )
  })
  // A caller that never looks at the end must not bring the whole process down with a rejection.
  ended.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    ended,
    printed: () => ({ ...printed }),
    isRunning: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    write: (text) => void child.stdin.end(text),
    kill: (signal) => child.kill(signal),
  }
}
