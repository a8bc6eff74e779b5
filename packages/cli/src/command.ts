import type { Log } from './log/open-log.ts'
import type { Output } from './output.ts'
import type { Settings, SharedOptions } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** An option of one command, in commander's notation. */
export interface OptionSpec {
  readonly flags: string
  readonly description: string
}

/** What a command gets to work with. */
export interface CommandContext<Options> {
  readonly options: Options & SharedOptions
  readonly args: readonly string[]
  readonly settings: Settings
  readonly terminal: Terminal
  readonly log: Log
  /** As typed but for passwords, for those who wait for the lock. */
  readonly commandLine: string
}

/** What a command leaves: the document for `--json`, and the same for people. */
export interface CommandResult {
  readonly output: Output
  readonly text: string
  /** Printed to stderr. */
  readonly errorText?: string
}

/** One verb of the command line. */
export interface Command {
  readonly name: string
  readonly summary: string
  /** In commander's notation: `<id>` is required, `[name]` is not. */
  readonly args?: string
  readonly options: readonly OptionSpec[]
  /** Shown first in its help. */
  readonly examples: readonly string[]
  readonly run: (context: CommandContext<Record<string, unknown>>) => Promise<CommandResult>
}
