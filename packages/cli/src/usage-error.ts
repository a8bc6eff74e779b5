import { MigrateError } from '@whimbrel/core'
import type { CommanderError } from 'commander'
import { commands } from './commands/index.ts'
import { valueAfter } from './known-options.ts'

/** What was asked for, as far as commander understood it. */
interface Asked {
  readonly command: string
  /** Arguments that are no options. */
  readonly given: readonly string[]
}

/** What is wrong with the arguments, in our words. */
export function usageError(error: CommanderError, { command, given }: Asked): MigrateError {
  const [, quoted = ''] = /'([^']+)'/.exec(error.message) ?? []
  const [flag = '', value] = quoted.split(' ')
  const help = `Run "whimbrel ${command} --help" to see what it takes`
  switch (error.code) {
    case 'commander.unknownOption':
      return usage(`${command} has no option ${quoted}`, suggestion(error.message) ?? help)
    case 'commander.optionMissingArgument':
      return withoutValue(flag, value)
    case 'commander.missingArgument':
      return usage(`${command} was given no <${quoted}>`, exampleOf(command))
    case 'commander.excessArguments':
      return usage(`${command} was given too many arguments: ${given.join(', ')}`, tooMany(command, given))
    default:
      return usage(error.message.replace(/^error: /, ''), help)
  }
}

/**
 * Refuses an option that another one follows where its value should be: it would be taken for the value. The command
 * comes first.
 */
export function refuseMissingValues(args: readonly string[]): void {
  for (const [index, arg] of args.entries()) {
    const value = valueAfter(arg, args[0])
    if (value !== undefined && args[index + 1]?.startsWith('--')) throw withoutValue(arg, value)
  }
}

function withoutValue(option: string, value = '<value>'): MigrateError {
  return usage(`${option} was given no value`, `Write ${option} ${value}, or leave it out`)
}

function usage(message: string, hint: string): MigrateError {
  return new MigrateError('USAGE', message, { hint })
}

function suggestion(message: string): string | undefined {
  const near = /Did you mean (?:one of )?([^?]+)\?/.exec(message)?.[1]
  return near === undefined ? undefined : `Did you mean ${near}?`
}

function exampleOf(command: string): string {
  return `For instance: ${commands.find(({ name }) => name === command)?.examples[0] ?? `whimbrel ${command} --help`}`
}

/** Several words without quotation marks, or a database without its option. */
function tooMany(command: string, given: readonly string[]): string {
  if (command === 'create') return `Put the words in quotation marks: whimbrel create "${given.join(' ')}"`
  const takesNone = commands.some(({ name, args }) => name === command && args === undefined)
  if (takesNone) return `A database is named with --db: whimbrel ${command} --db ${given.at(-1) ?? 'NAME'}`
  return `Run "whimbrel ${command} --help" to see what it takes`
}
