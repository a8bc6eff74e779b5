import { MigrateError } from 'whimbrel'
import { startService } from './service.ts'
import { readOptions } from './service-options.ts'

/** Runs until somebody asks it to stop. A second signal ends the process at once. */
async function main(): Promise<void> {
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())
  const options = readOptions(process.argv.slice(2), { cwd: process.cwd(), env: process.env })
  const log = (line: string) => process.stderr.write(`${line}\n`)
  const service = await startService(options, { signal: stop.signal, log })
  process.stdout.write(`graph-service listens on ${service.address}\n`)
  if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
  await service.close()
}

function report(error: unknown): void {
  if (MigrateError.is(error)) {
    process.stderr.write(`error: ${error.message}\n  next: ${error.hint}\n`)
    process.exitCode = error.exitCode
  } else {
    process.stderr.write(`error: ${error instanceof Error ? error.stack : error}\n`)
    process.exitCode = 1
  }
}

main().catch(report)
