import { Command as Commander, CommanderError, Option } from 'commander'
import type { Command } from './command.ts'
import { commandFirst } from './command-first.ts'
import { commands } from './commands/index.ts'
import type { SharedOptions } from './settings.ts'
import { sharedOptions } from './shared-options.ts'
import { refuseMissingValues, usageError } from './usage-error.ts'
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

/** Understands the arguments. Throws USAGE with a suggestion for what it does not know. */
export async function parseArguments(argv: readonly string[]): Promise<Request> {
  let request: Request | undefined
  let printed = ''
  const program = new Commander('whimbrel')
  const output = { writeOut: (text: string) => (printed += text), writeErr: () => undefined }
  const settle = (command: Commander) =>
    command.exitOverride().configureOutput(output).helpCommand(false).helpOption('-h, --help', 'print this')
  settle(program)
    .description('Migrates every database of a product as one release')
    .usage('[command] [options]')
    .configureHelp({
      subcommandTerm: (sub) => `${sub.name()} ${sub.usage().replace('[options]', '')}`.trim(),
    })
    .version(version, '--version', 'print the version')
    .addHelpText('before', helpStart(['whimbrel', 'whimbrel status', 'whimbrel up --db settings']))
    .addHelpText('after', '\nEvery command has --help. Without a command, up is run.')
  for (const command of commands) {
    const sub = settle(program.command(command.name, { isDefault: command.name === 'up' }))
    describe(sub, command)
    sub.action((...given: unknown[]) => {
      request = { kind: 'run', command, args: sub.args, options: given.at(-2) as SharedOptions }
    })
  }
  const args = commandFirst(argv)
  refuseMissingValues(args)
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const command = program.commands.find((sub) => sub.name() === args[0])
    if (error.exitCode !== 0)
      throw usageError(error, { command: command?.name() ?? 'up', given: command?.args ?? [] })
  }
  return request ?? { kind: 'print', text: printed }
}

function describe(sub: Commander, { summary, examples, args, options }: Command): void {
  sub.summary(summary).description(`${summary}.`).addHelpText('before', helpStart(examples))
  sub.usage(args === undefined ? '[options]' : `${args} [options]`)
  if (args !== undefined) sub.arguments(args)
  for (const { flags, description } of options) sub.option(flags, description)
  for (const { flags, description } of sharedOptions) {
    const option = new Option(flags, description).helpGroup('Options of every command:')
    sub.addOption(flags.startsWith('--db ') ? option.argParser(collect) : option)
  }
}

function helpStart(examples: readonly string[]): string {
  return `Examples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`
}
