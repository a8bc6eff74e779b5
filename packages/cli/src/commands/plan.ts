import type { Command, CommandContext } from '../command.ts'
import { refuseTargetOfMany } from '../refuse-target-of-many.ts'
import { runCommandResult } from '../run-command-result.ts'
import { planDatabases } from '../run-databases.ts'
import { findTargets } from '../target.ts'
import { upOptions, upWork } from './up.ts'

interface Options {
  readonly to?: string
  readonly steps?: string
  readonly sql?: boolean
  readonly allowOutOfOrder?: boolean
}

async function run(context: CommandContext<Options>) {
  const { options, settings, terminal, commandLine } = context
  const wanted = upOptions(options)
  const targets = await findTargets(settings, terminal)
  refuseTargetOfMany({ '--to': options.to }, targets.selected)
  const planned = await planDatabases(upWork(wanted), {
    targets,
    terminal,
    commandLine,
    sql: options.sql === true,
  })
  return runCommandResult('plan', context, planned)
}

export const plan: Command = {
  name: 'plan',
  summary: 'Print what up would do',
  options: [
    { flags: '--to <id>', description: 'up to and including this migration' },
    { flags: '--steps <n>', description: 'the first n pending migrations' },
    { flags: '--sql', description: 'print the statements, too' },
    {
      flags: '--allow-out-of-order',
      description: 'include pending migrations that sort before applied ones',
    },
  ],
  examples: ['whimbrel plan', 'whimbrel plan --db ontology --sql'],
  run,
}
