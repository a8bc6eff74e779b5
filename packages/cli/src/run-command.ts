import type { MigrateError } from '@whimbrel/core'
import type { CommandResult } from './command.ts'
import { errorOutput, findingOutput, findingsOf, toMigrateError } from './describe-error.ts'
import { parseArguments } from './program.ts'
import { renderError } from './render/render-error.ts'
import { styleOf } from './render/style.ts'
import { settle } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** Runs the command line and returns its exit code. Results go to stdout, progress and errors to stderr. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const json = argv.includes('--json')
  try {
    const request = await parseArguments(argv)
    if (request.kind === 'print') {
      terminal.out(request.text)
      return 0
    }
    const { command, args, options } = request
    const settings = settle(options, terminal)
    const commandLine = ['whimbrel', ...argv].join(' ')
    return print(await command.run({ options: { ...options }, args, settings, terminal, commandLine }), {
      json,
      quiet: settings.quiet,
      terminal,
    })
  } catch (error) {
    return printFailure(toMigrateError(error), { json, terminal, command: nameOf(argv) })
  }
}

interface Printing {
  readonly json: boolean
  readonly terminal: Terminal
}

function print(result: CommandResult, { json, quiet, terminal }: Printing & { quiet: boolean }): number {
  if (json) terminal.out(`${JSON.stringify(result.output)}\n`)
  else if (!quiet || result.output.exitCode !== 0) terminal.out(result.text)
  if (result.errorText !== undefined && !json) terminal.err(result.errorText)
  return result.output.exitCode
}

function printFailure(
  error: MigrateError,
  { json, terminal, command }: Printing & { command: string },
): number {
  const { exitCode } = error
  if (json) {
    const findings = findingsOf(error).map(findingOutput)
    const output = {
      ok: false,
      command,
      exitCode,
      databases: [],
      error: errorOutput(error),
      ...(findings.length > 0 && { findings }),
    }
    terminal.out(`${JSON.stringify(output)}\n`)
  } else {
    terminal.err(renderError(error, { style: styleOf(terminal.color) }))
  }
  return exitCode
}

/** The command as typed, for the document of a command line that could not be understood. */
function nameOf(argv: readonly string[]): string {
  return argv.find((arg) => !arg.startsWith('-')) ?? 'up'
}
