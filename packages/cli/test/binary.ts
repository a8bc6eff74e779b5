import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The command as people run it. */
export const bin = fileURLToPath(new URL('../bin/whimbrel.cjs', import.meta.url))

export interface BinaryOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs the built command in a process of its own. */
export function runBinary(argv: readonly string[], { cwd, env = {} }: BinaryOptions) {
  const { PATH, HOME } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], {
    cwd,
    env: { PATH, HOME, ...env },
    encoding: 'utf8',
  })
  return { exitCode: status, out: stdout, err: stderr }
}
