import { readdirSync, readlinkSync } from 'node:fs'
import { runCommand } from '../src/run-command.ts'

export interface InProcessOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: { readonly aborted: boolean }
}

/** What a command left. */
export interface Ran {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/**
 * Runs a command in the process of the test, where nobody looks at a terminal. A process that ends closes whatever
 * its program forgot; here nothing does, so that a file which is still open afterwards is a failure. Commands are run
 * one at a time: the files of another one would be taken for forgotten.
 */
export async function runInProcess(
  argv: readonly string[],
  { cwd, env = {}, signal = { aborted: false } }: InProcessOptions,
): Promise<Ran> {
  const before = openFiles()
  let out = ''
  let err = ''
  const exitCode = await runCommand(argv, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    interactive: false,
    columns: 80,
    color: false,
    env,
    cwd,
    signal,
  })
  const left = [...openFiles()].filter((path) => !before.has(path))
  if (left.length > 0) throw new Error(`"whimbrel ${argv.join(' ')}" has not closed ${left.join(', ')}`)
  return { exitCode, out, err }
}

/** Paths of the files that this process has open, as far as the system tells: Linux does. */
function openFiles(): ReadonlySet<string> {
  const folder = '/proc/self/fd'
  if (process.platform !== 'linux') return new Set()
  const paths = readdirSync(folder).flatMap((descriptor) => {
    try {
      return [readlinkSync(`${folder}/${descriptor}`)]
    } catch {
      // The descriptor with which the folder was read is gone by now.
      return []
    }
  })
  return new Set(paths.filter((path) => path.startsWith('/') && !path.startsWith('/dev/')))
}
