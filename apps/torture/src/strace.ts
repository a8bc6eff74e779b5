import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** A fault at the n-th call of one kind. */
export interface Fault {
  /** One system call, `pwrite64` for instance. */
  readonly call: string
  /** What strace makes of it: `signal=SIGKILL`, `error=EIO`. */
  readonly what: string
  /** From 1. */
  readonly when: number
}

export interface Tracing {
  /** Only calls on these files count. */
  readonly paths: readonly string[]
  readonly calls: readonly string[]
  /** Where the trace is written. */
  readonly output: string
  readonly fault?: Fault | undefined
}

/** Calls that change something on a disk, or open or lock something. */
export const tracedCalls = [
  'pwrite64',
  'write',
  'fsync',
  'fdatasync',
  'ftruncate',
  'fallocate',
  'unlink',
  'rename',
  'link',
  'mkdir',
  'openat',
  'fcntl',
  'pread64',
] as const

/** The words that start a command through strace. */
export function straceWords({ paths, calls, output, fault }: Tracing): readonly string[] {
  const inject = fault === undefined ? [] : ['-e', `inject=${fault.call}:${fault.what}:when=${fault.when}`]
  const places = paths.flatMap((path) => ['-P', path])
  return ['strace', '-f', '-qq', '-y', '-o', output, ...places, '-e', `trace=${calls.join(',')}`, ...inject]
}

/** A tracer at work on a process that was running before. */
export interface Attached {
  /** Settles when the tracer is gone: with its process, or because it was told to let go. */
  readonly ended: Promise<void>
  detach(): void
}

/** Attaches strace to a process and waits until it is there. Throws where it cannot. */
export async function attach(pid: number, tracing: Tracing): Promise<Attached> {
  // Without -qq: it says when it is attached.
  const [program = '', ...words] = straceWords(tracing).filter((word) => word !== '-qq')
  const tracer = spawn(program, [...words, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => tracer.on('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let text = ''
    tracer.on('error', reject)
    tracer.on('close', () => reject(new Error(`strace did not attach: ${text}`)))
    tracer.stderr.setEncoding('utf8').on('data', (more: string) => {
      text += more
      if (/attached/.test(text)) resolve()
    })
  })
  return { ended, detach: () => void tracer.kill('SIGINT') }
}

/** How often each call was made, by a trace. */
export function countCalls(trace: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const [, call = ''] of trace.matchAll(/^\d+ +(\w+)\(/gm)) counts.set(call, (counts.get(call) ?? 0) + 1)
  return counts
}

/** What strace wrote; empty where it wrote nothing. */
export function readTrace(file: string): string {
  return existsSync(file) ? readFileSync(file, 'latin1') : ''
}

/** Throws where strace is missing or may not inject faults. */
export function needStrace(): void {
  const tried = spawnSync('strace', ['-f', '-qq', '-e', 'inject=fsync:error=EIO', 'true'], {
    encoding: 'utf8',
  })
  if (tried.status === 0) return
  const why = tried.error?.message ?? tried.stderr
  throw new Error(
    `The campaign needs strace and the right to use it (Debian: apt-get install strace): ${why}`,
  )
}

/** As strace calls itself. */
export function straceVersion(): string {
  const { stdout } = spawnSync('strace', ['--version'], { encoding: 'utf8' })
  return /version (\S+)/.exec(stdout)?.[1] ?? 'unknown'
}
