import { runCommand } from './run-command.ts'

const signal = { aborted: false }

process.on('SIGINT', () => {
  if (signal.aborted) process.exit(130)
  signal.aborted = true
})

// A reader that went away, as in `| head -1`, is no reason to stop a migration half-way or to print a stack.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const { env, argv, stdout, stderr } = process
const color = env.NO_COLOR === undefined && !argv.includes('--no-color') && stdout.isTTY === true

void runCommand(argv.slice(2), {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  interactive: stderr.isTTY === true && env.CI === undefined,
  columns: stderr.columns ?? 80,
  color,
  env,
  cwd: process.cwd(),
  signal,
}).then((exitCode) => {
  process.exitCode = exitCode
})
