// Builds the command where that is needed, silently, and runs it: stdout belongs to the command.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }

const build = spawnSync('turbo', ['run', 'build', '--filter=@whimbrel/cli', '--output-logs=errors-only'], {
  cwd: root,
  env: environment,
  encoding: 'utf8',
  shell: process.platform === 'win32',
})
if (build.status !== 0) {
  process.stderr.write(`${build.stdout ?? ''}${build.stderr ?? ''}`)
  process.stderr.write(
    `error: whimbrel could not be built${build.error ? `: ${build.error.message}` : ''}\n  next: run "npx -y pnpm@10.34.9 build" and read what it prints\n`,
  )
  process.exit(1)
}

const command = fileURLToPath(new URL('../packages/cli/bin/whimbrel.cjs', import.meta.url))
// Ctrl-C reaches the command by itself: the wrapper only waits for what it says.
process.on('SIGINT', () => undefined)
const run = spawnSync(process.execPath, [command, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = run.status ?? (run.signal === 'SIGINT' ? 130 : 1)
