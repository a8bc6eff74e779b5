import type { Driver, MigrateError } from '@whimbrel/core'
import type { CommandResult } from './command.ts'
import { commandName } from './command-first.ts'
import { completeError } from './complete-error.ts'
import { placeFlags } from './complete-hint.ts'
import { errorOutput, findingOutput, findingsOf, toMigrateError } from './describe-error.ts'
import { type Log, openLog } from './log/open-log.ts'
import { outputEntries } from './log/output-entries.ts'
import type { Output } from './output.ts'
import { parseArguments, type Request } from './program.ts'
import { redactText } from './redact-text.ts'
import { renderError } from './render/render-error.ts'
import { styleOf } from './render/style.ts'
import { settle } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** Runs the command line and returns its exit code. Results go to stdout, progress and errors to stderr. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const json = argv.includes('--json')
  let log: Log
  let quiet = false
  try {
    const request = await parseArguments(argv)
    if (request.kind === 'print') {
      terminal.out(request.text)
      return 0
    }
    const settings = settle(request.options, terminal)
    quiet = settings.quiet
    log = await openLog(settings, terminal)
    const result = await carryOut(request, { settings, terminal, log, commandLine: commandLineOf(argv) })
    return print(result, { json, quiet, terminal, log })
  } catch (error) {
    const result = failure(toMigrateError(error), { command: commandName(argv), terminal })
    return print(result, { json, quiet, terminal, log })
  }
}

/** Runs a command; what its databases keep open, it ends. */
async function carryOut(
  { command, args, options }: Extract<Request, { kind: 'run' }>,
  context: Omit<Parameters<typeof command.run>[0], 'args' | 'options'>,
): Promise<CommandResult> {
  const drivers: Driver[] = []
  const terminal: Terminal = { ...context.terminal, onDriver: (driver) => void drivers.push(driver) }
  // A server would be at its statement for as long as that takes.
  terminal.onStop?.(() => {
    for (const driver of drivers) void driver.cancel?.()
  })
  try {
    return await command.run({ ...context, terminal, args, options: { ...options } })
  } catch (error) {
    throw completeError(toMigrateError(error), placeFlags(context.settings))
  } finally {
    // What it was about is done and recorded, or failed with an error that says more.
    await Promise.allSettled(drivers.map((driver) => driver.close()))
  }
}

/** For those who wait for the lock, and for the records: without passwords. */
function commandLineOf(argv: readonly string[]): string {
  return redactText(['whimbrel', ...argv].join(' '))
}

interface Printing {
  readonly json: boolean
  readonly quiet: boolean
  readonly terminal: Terminal
  readonly log: Log
}

function print({ output, text, errorText }: CommandResult, { json, quiet, terminal, log }: Printing): number {
  if (log !== undefined) outputEntries(output).forEach(log)
  if (json) {
    terminal.out(`${JSON.stringify(output)}\n`)
  } else {
    if (text !== '' && !(quiet && output.exitCode === 0)) terminal.out(text)
    if (errorText !== undefined && errorText !== '') terminal.err(errorText)
  }
  return output.exitCode
}

/** What is left of a command that could not do anything. */
function failure(
  error: MigrateError,
  { command, terminal }: { command: string; terminal: Terminal },
): CommandResult {
  const findings = findingsOf(error).map((finding) => findingOutput(finding))
  const output: Output = {
    ok: false,
    command,
    exitCode: error.exitCode,
    databases: [],
    error: errorOutput(error),
    ...(findings.length > 0 && { findings }),
  }
  return { output, text: '', errorText: renderError(error, { style: styleOf(terminal.color) }) }
}
