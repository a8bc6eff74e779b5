import { commands } from './commands/index.ts'
import { sharedOptions } from './shared-options.ts'

/** Options by name, each with the value it takes in the notation of the help: `--db` with `<name>`. */
const valuesByOption = new Map(
  [...sharedOptions, ...commands.flatMap(({ options }) => options)].map(({ flags }) => {
    const [name = '', value] = flags.split(' ')
    return [name, value] as const
  }),
)

/** True for an option that some command has, also as `--db=name`. */
export function isKnownOption(arg: string): boolean {
  const name = arg.split('=')[0] ?? arg
  return valuesByOption.has(name) || ['-h', '--help', '--version'].includes(name)
}

/** What follows an option: `<name>` for `--db`, nothing for `--json` and `--db=name`. */
export function valueAfter(arg: string | undefined): string | undefined {
  return arg === undefined ? undefined : valuesByOption.get(arg)
}
