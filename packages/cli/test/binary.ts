import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The command as people run it. */
export const bin = fileURLToPath(new URL('../bin/whimbrel.cjs', import.meta.url))

export interface BinaryOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** As a user who may only do what the rights of files say: an administrator may do everything. */
  readonly plainUser?: boolean
}

/** Runs the built command in a process of its own. */
export function runBinary(argv: readonly string[], { cwd, env = {}, plainUser = false }: BinaryOptions) {
  const { PATH, HOME } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], {
    cwd,
    env: { PATH, HOME, ...env },
    encoding: 'utf8',
    ...(plainUser && process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
  })
  return { exitCode: status, out: stdout, err: stderr }
}
