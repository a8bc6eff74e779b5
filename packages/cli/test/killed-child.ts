import { writeSync } from 'node:fs'
import { runCommand } from '../src/run-command.ts'

/** `node child.cjs <signal> <text> <arguments…>`: runs the command and sends itself a signal when it prints a text. */
const [, , signal = 'SIGKILL', text = '', ...argv] = process.argv

void runCommand([...argv, '--log-level', 'info'], {
  out: (printed) => writeSync(1, printed),
  err: (printed) => {
    writeSync(2, printed)
    if (printed.includes(text)) process.kill(process.pid, signal)
  },
  interactive: false,
  columns: 80,
  color: false,
  env: process.env,
  cwd: process.cwd(),
  signal: { aborted: false },
}).then((exitCode) => {
  process.exitCode = exitCode
})
