import { spawnSync } from 'node:child_process'
import type { TestContext } from 'vitest'
import { cleanEnv, run } from './command-line.ts'

/** Runs a command on a terminal of its own, types once something is asked, and ends as the command did. */
const driver = `
import os, pty, select, sys, time
prompt, keys, command = sys.argv[1], sys.argv[2].encode().decode('unicode_escape'), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
shown, typed, last = b'', False, time.monotonic() + 60
while time.monotonic() < last:
    if not select.select([terminal], [], [], 0.1)[0]:
        continue
    try:
        read = os.read(terminal, 65536)
    except OSError:
        break
    if not read:
        break
    shown += read
    if not typed and prompt.encode() in shown:
        typed = True
        os.write(terminal, keys.encode())
sys.stdout.write(shown.decode())
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) if typed else 99)
`

/** What a person would see, both streams as one, and how it ended; 99 where nothing was asked. */
export async function onTerminal(
  command: readonly string[],
  { cwd, prompt, keys }: { readonly cwd: string; readonly prompt: string; readonly keys: string },
): Promise<{ readonly shown: string; readonly exitCode: number | null }> {
  const env = { ...cleanEnv, TERM: 'xterm' }
  const { stdout, exitCode } = await run(['python3', '-c', driver, prompt, keys, ...command], { cwd, env })
  return { shown: stdout, exitCode }
}

/** Leaves a test out where there is no pseudo terminal; in a pipeline that is a failure. */
export function needsTerminal({ skip }: TestContext): void {
  const tried = spawnSync('python3', ['-c', 'import pty; pty.openpty()'], { encoding: 'utf8' })
  if (tried.status === 0) return
  const why = `python3 cannot open a pseudo terminal: ${tried.error?.message ?? tried.stderr}`
  if (process.env.CI === 'true') throw new Error(why)
  skip(why)
}
