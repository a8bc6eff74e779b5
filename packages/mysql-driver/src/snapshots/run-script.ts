import type { Readable } from 'node:stream'
import { interrupted, MigrateError, type StopSignal } from '@whimbrel/core'
import { runProgram } from '@whimbrel/core/process'

export interface ScriptTarget {
  /** Absolute path of mariadb or mysql. */
  readonly program: string
  /** The argument that says how to connect. */
  readonly connect: string
  readonly database: string
  /** The file that the script is from. */
  readonly path: string
  readonly signal?: StopSignal | undefined
}

/** Runs a script in a database, up to the first statement that fails. Throws STATEMENT_FAILED, INTERRUPTED. */
export async function runScript(
  script: Readable,
  { program, connect, database, path, signal }: ScriptTarget,
): Promise<void> {
  const { ok, stopped, complaint } = await runProgram({
    path: program,
    args: [
      connect,
      '--batch',
      '--comments',
      '--binary-mode',
      '--default-character-set=utf8mb4',
      '--max-allowed-packet=1073741824',
      database,
    ],
    env: { ...process.env, LC_ALL: 'C' },
    input: script,
    output: async (chunks) => {
      for await (const _ of chunks);
    },
    signal,
  })
  if (stopped) throw interrupted(`${path} was read`)
  if (ok) return
  throw new MigrateError('STATEMENT_FAILED', `${path} cannot be loaded: ${complaint}`, {
    hint: 'Look at what the server says: who defined something may have to exist, and the user needs the right to define it for others',
    details: { file: path },
  })
}
