import { spawn } from 'node:child_process'

/** How a process ended and what it wrote. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** No settings of the person who runs the campaign. */
export const plainEnvironment = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1' }

export interface Running {
  readonly pid: number
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
}

/** Starts a program without a shell. */
export function startProcess(command: readonly string[], directory: string): Running {
  const [program = '', ...words] = command
  const child = spawn(program, words, {
    cwd: directory,
    env: plainEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, ...written }))
  })
  return { pid: child.pid ?? 0, ended, kill: (signal) => void child.kill(signal) }
}
