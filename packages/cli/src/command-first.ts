import { MigrateError, suggest } from '@whimbrel/core'
import { commands } from './commands/index.ts'
import { sharedOptions } from './shared-options.ts'

/**
 * Moves the command to the front, so that options may stand before it; drops a leading `--`, which package managers
 * put before the arguments of a script; turns `help up` into `up --help`. Throws USAGE for an unknown command.
 */
export function commandFirst(argv: readonly string[]): readonly string[] {
  const args = argv[0] === '--' ? argv.slice(1) : argv
  const at = commandAt(args)
  const word = args[at]
  if (word === undefined) return args
  const rest = [...args.slice(0, at), ...args.slice(at + 1)]
  if (word === 'help') return [...commandFirst(rest), '--help']
  if (!commands.some(({ name }) => name === word)) throw unknownCommand(word)
  return [word, ...rest]
}

/** The command as far as it can be told, for the document of a command line that could not be understood. */
export function commandName(argv: readonly string[]): string {
  return argv[commandAt(argv)] ?? 'up'
}

function commandAt(args: readonly string[]): number {
  return args.findIndex((arg, index) => !arg.startsWith('-') && !takesValue(args[index - 1]))
}

/** `--db`, which the next argument belongs to; not `--db=name`. */
function takesValue(previous: string | undefined): boolean {
  if (previous === undefined || !previous.startsWith('--')) return false
  const options = [...sharedOptions, ...commands.flatMap((command) => command.options)]
  return options.some(({ flags }) => flags.startsWith(`${previous} <`))
}

function unknownCommand(word: string): MigrateError {
  const names = [...commands.map(({ name }) => name), 'help']
  const near = word === 'version' ? 'whimbrel --version' : suggest(word, names)
  return new MigrateError('USAGE', `There is no command "${word}"`, {
    hint: near === undefined ? `The commands are ${names.join(', ')}` : `Did you mean "${near}"?`,
  })
}
