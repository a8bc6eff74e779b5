import { MigrateError, suggest } from '@whimbrel/core'
import { commands } from './commands/index.ts'
import { isKnownOption, valueAfter } from './known-options.ts'

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
  if (!commands.some(({ name }) => name === word)) {
    // Behind a misspelt option the word may be its value: the option is what has to be corrected.
    if (args.slice(0, at).some((arg) => arg.startsWith('-') && !isKnownOption(arg))) return args
    throw unknownCommand(word)
  }
  return [word, ...rest]
}

/** The command as far as it can be told, for the document of a command line that could not be understood. */
export function commandName(argv: readonly string[]): string {
  return argv[commandAt(argv)] ?? 'up'
}

function commandAt(args: readonly string[]): number {
  return args.findIndex((arg, index) => !arg.startsWith('-') && valueAfter(args[index - 1]) === undefined)
}

function unknownCommand(word: string): MigrateError {
  const names = [...commands.map(({ name }) => name), 'help']
  const near = word === 'version' ? 'whimbrel --version' : suggest(word, names)
  return new MigrateError('USAGE', `There is no command "${word}"`, {
    hint: near === undefined ? `The commands are ${names.join(', ')}` : `Did you mean "${near}"?`,
  })
}
