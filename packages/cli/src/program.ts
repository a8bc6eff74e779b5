import { MigrateError, suggest } from '@whimbrel/core'
import { Command as Commander, CommanderError, Option } from 'commander'
import type { Command } from './command.ts'
import { commands } from './commands/index.ts'
import type { SharedOptions } from './settings.ts'
import { version } from './version.ts'

/** What the arguments ask for: a command to run, or a text to print. */
export type Request =
  | {
      readonly kind: 'run'
      readonly command: Command
      readonly args: readonly string[]
      readonly options: SharedOptions
    }
  | { readonly kind: 'print'; readonly text: string }

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

function sharedOptions(): Option[] {
  return [
    new Option('--db <name>', 'this database; may be repeated (default: all)').argParser(collect),
    new Option('--env <name>', 'environment of the manifest'),
    new Option('--manifest <file>', 'manifest to use'),
    new Option('--url <url>', 'one database without a manifest, sqlite:app.db for instance'),
    new Option('--migrations <dir>', 'with --url: its folder of migrations'),
    new Option('--yes', 'agree to everything that would be asked'),
    new Option('--json', 'print one JSON document'),
    new Option('--lock-timeout <duration>', 'how long to wait for another run (default 30s)'),
    new Option('--busy-timeout <duration>', 'how long to wait for a locked database (default 5s)'),
    new Option('--log-level <level>', 'silent, error, warn, info or debug, on stderr'),
    new Option('--log-format <format>', 'pretty or json'),
    new Option('--no-color', 'no colours'),
    new Option('--quiet', 'print only errors'),
  ]
}

/** Understands the arguments. Throws USAGE with a suggestion for what it does not know. */
export async function parseArguments(argv: readonly string[]): Promise<Request> {
  let request: Request | undefined
  let printed = ''
  const program = new Commander('whimbrel')
  const output = { writeOut: (text: string) => (printed += text), writeErr: () => undefined }
  const settle = (command: Commander) => command.exitOverride().configureOutput(output).helpCommand(false)
  settle(program)
    .description('Migrates every database of a product as one release')
    .version(version, '--version', 'print the version')
    .addHelpText('before', helpStart(['whimbrel', 'whimbrel status', 'whimbrel up --db settings']))
    .addHelpText('after', '\nEvery command has --help. Without a command, up is run.')
  for (const command of commands) {
    const sub = program.command(command.name, { isDefault: command.name === 'up' })
    settle(sub).description(command.summary).addHelpText('before', helpStart(command.examples))
    if (command.args !== undefined) sub.argument(command.args)
    for (const { flags, description } of command.options) sub.option(flags, description)
    for (const option of sharedOptions()) sub.addOption(option)
    sub.action((...given: unknown[]) => {
      request = { kind: 'run', command, args: sub.args, options: given.at(-2) as SharedOptions }
    })
  }
  try {
    await program.parseAsync([...commandFirst(argv)], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw usage(error)
  }
  return request ?? { kind: 'print', text: printed }
}

function helpStart(examples: readonly string[]): string {
  return `Examples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`
}

/**
 * Moves the command to the front, so that options may stand before it, and drops a leading `--`, which package
 * managers put before the arguments of a script.
 */
export function commandFirst(argv: readonly string[]): readonly string[] {
  const args = argv[0] === '--' ? argv.slice(1) : argv
  const at = args.findIndex((arg, index) => !arg.startsWith('-') && !takesValue(args[index - 1]))
  const word = args[at]
  if (word === undefined) return args
  if (!commands.some(({ name }) => name === word)) throw unknownCommand(word)
  return [word, ...args.slice(0, at), ...args.slice(at + 1)]
}

function unknownCommand(word: string): MigrateError {
  const names = commands.map(({ name }) => name)
  const near = suggest(word, names)
  return new MigrateError('USAGE', `There is no command "${word}"`, {
    hint: near === undefined ? `The commands are ${names.join(', ')}` : `Did you mean "${near}"?`,
  })
}

function takesValue(previous: string | undefined): boolean {
  if (previous === undefined || !previous.startsWith('--') || previous.includes('=')) return false
  return allOptions().some((flags) => flags.startsWith(`${previous} `))
}

function allOptions(): readonly string[] {
  return [
    ...sharedOptions().map(({ flags }) => flags),
    ...commands.flatMap(({ options }) => options.map(({ flags }) => flags)),
  ]
}

function usage(error: CommanderError): MigrateError {
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const message = first.charAt(0).toUpperCase() + first.slice(1)
  const hint =
    suggestion?.replace(/^\(|\)$/g, '') ??
    'Run "whimbrel --help" to see the commands, or a command with --help'
  return new MigrateError('USAGE', message, { hint })
}
