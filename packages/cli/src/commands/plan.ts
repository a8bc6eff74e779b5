import { showPlan } from '../carry-out.ts'
import type { Command, CommandContext, CommandResult } from '../command.ts'
import { findTargets } from '../target.ts'
import { releaseFlags, type UpFlags, upRequest } from '../up-request.ts'

interface Options extends UpFlags {
  readonly sql?: boolean
  readonly out?: string
}

async function run(context: CommandContext<Options>): Promise<CommandResult> {
  const requestOf = upRequest(context.options)
  const targets = await findTargets(context.settings, context.terminal)
  return showPlan('plan', context, { request: requestOf(targets), targets })
}

export const plan: Command = {
  name: 'plan',
  summary: 'Print what up would do',
  options: [
    { flags: '--to <id>', description: 'up to and including this migration' },
    { flags: '--steps <n>', description: 'the first n pending migrations of each database' },
    { flags: '--sql', description: 'print the statements, too' },
    {
      flags: '--allow-out-of-order',
      description: 'include pending migrations that sort before applied ones',
    },
    ...releaseFlags,
    { flags: '--out <file>', description: 'write the plan to a file, for up --plan' },
  ],
  examples: ['whimbrel plan', 'whimbrel plan --db ontology --sql', 'whimbrel plan --out release.json'],
  run,
}
