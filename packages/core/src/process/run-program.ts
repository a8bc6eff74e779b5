import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { StopSignal } from '../ports/driver.ts'

/** A program to run without a shell. Nothing secret belongs into `args`: every user of the machine can read them. */
export interface ProgramCall {
  /** Absolute. */
  readonly path: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv | undefined
  /** What it reads; default: nothing. */
  readonly input?: Readable | undefined
  /** Takes what it writes, to the end; default: nobody does. What this throws ends the program. */
  readonly output?: ((output: Readable) => Promise<unknown>) | undefined
  /** Ends it. */
  readonly signal?: StopSignal | undefined
}

/** How a program ended. */
export interface ProgramEnd {
  readonly ok: boolean
  /** It was ended because of the signal. */
  readonly stopped: boolean
  /** The end of what it complained about, without line breaks around it. */
  readonly complaint: string
}

/** Milliseconds between two looks at the signal. */
const LOOK_MS = 50
const MOST_COMPLAINTS = 8_000

/**
 * Runs a program to its end. It does not get what is typed at the terminal, ^C included: the signal ends it. What it
 * writes goes through here, so that it ends with this process even when that is killed. Throws what the system says
 * where it cannot be run, and what `output` throws.
 */
export async function runProgram({
  path,
  args,
  env,
  input,
  output,
  signal,
}: ProgramCall): Promise<ProgramEnd> {
  const stdio = [
    input === undefined ? 'ignore' : 'pipe',
    output === undefined ? 'ignore' : 'pipe',
    'pipe',
  ] as const
  const child = spawn(path, [...args], {
    stdio: [...stdio],
    windowsHide: true,
    detached: process.platform !== 'win32',
    ...(env !== undefined && { env }),
  })
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-MOST_COMPLAINTS)
  })
  const ended = endOf(child)
  let stopped = false
  const look = () => {
    if (signal?.aborted !== true || stopped) return
    stopped = true
    child.kill()
  }
  look()
  const looking = setInterval(look, LOOK_MS)
  try {
    // A program that ends early says why itself.
    const fed =
      input === undefined || child.stdin === null
        ? undefined
        : pipeline(input, child.stdin).catch(() => undefined)
    const taken = child.stdout === null ? undefined : output?.(child.stdout)
    const [ok] = await Promise.all([ended, taken, fed])
    return { ok: ok && !stopped, stopped, complaint: complaint.trim() }
  } catch (error) {
    child.kill('SIGKILL')
    await ended.catch(() => undefined)
    if (stopped) return { ok: false, stopped, complaint: complaint.trim() }
    throw error
  } finally {
    clearInterval(looking)
  }
}

function endOf(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code === 0))
  })
}
