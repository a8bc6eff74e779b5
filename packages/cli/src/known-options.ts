import type { OptionSpec } from './command.ts'
import { commands } from './commands/index.ts'
import { sharedOptions } from './shared-options.ts'

const everyOption = valuesByName([...sharedOptions, ...commands.flatMap(({ options }) => options)])

/** True for an option that some command has, also as `--db=name`. */
export function isKnownOption(arg: string): boolean {
  const name = arg.split('=')[0] ?? arg
  return everyOption.has(name) || ['-h', '--help', '--version'].includes(name)
}

/**
 * What follows an option: `<name>` for `--db`, nothing for `--json` and `--db=name`. Where it is not known of which
 * command, nothing follows an option that one of them has without a value.
 */
export function valueAfter(arg: string | undefined, command?: string): string | undefined {
  if (arg === undefined) return undefined
  const own = commands.find(({ name }) => name === command)
  return (own === undefined ? everyOption : valuesByName([...sharedOptions, ...own.options])).get(arg)
}

/** Options by name, each with the value it takes in the notation of the help: `--db` with `<name>`. */
function valuesByName(options: readonly OptionSpec[]): ReadonlyMap<string, string | undefined> {
  const values = new Map<string, string | undefined>()
  for (const { flags } of options) {
    const [name = '', value] = flags.split(' ')
    values.set(name, values.has(name) ? values.get(name) && value : value)
  }
  return values
}
