import { type CarryingFlags, carryOut, type Task } from '../carry-out.ts'
import type { Command, CommandContext, CommandResult } from '../command.ts'
import { plannedRequest } from '../planned-request.ts'
import { refuseSqlAlone } from '../refuse-sql-alone.ts'
import { allowDataLoss } from '../safeguards-of.ts'
import { findTargets } from '../target.ts'
import { releaseFlags, type UpFlags, upRequest } from '../up-request.ts'

interface Options extends UpFlags, CarryingFlags {
  readonly plan?: string
}

async function run(context: CommandContext<Options>): Promise<CommandResult> {
  refuseSqlAlone(context.options, 'up')
  return carryOut('up', context, await taskOf(context))
}

async function taskOf(context: CommandContext<Options>): Promise<Task> {
  const { options, settings, terminal } = context
  const requestOf = upRequest(options)
  if (options.plan !== undefined) {
    const { to, steps, allowOutOfOrder, atomic, independent } = options
    const others = {
      '--to': to,
      '--steps': steps,
      '--allow-out-of-order': allowOutOfOrder,
      '--atomic': atomic,
      '--independent': independent,
    }
    return plannedRequest(options.plan, context, { direction: 'up', others })
  }
  const targets = await findTargets(settings, terminal)
  return { request: requestOf(targets), targets }
}

export const up: Command = {
  name: 'up',
  summary: 'Apply what is pending',
  options: [
    { flags: '--to <id>', description: 'apply up to and including this migration' },
    { flags: '--steps <n>', description: 'apply the first n pending migrations of each database' },
    { flags: '--plan <file>', description: 'do exactly what this file of plan --out says, or nothing' },
    { flags: '--dry-run', description: 'print what would be applied and change nothing' },
    { flags: '--sql', description: 'with --dry-run: print the statements, too' },
    { flags: '--allow-out-of-order', description: 'apply pending migrations that sort before applied ones' },
    allowDataLoss,
    ...releaseFlags,
  ],
  examples: [
    'whimbrel up',
    'whimbrel up --db settings',
    'whimbrel up --db settings --steps 1',
    'whimbrel up --dry-run --sql',
  ],
  run,
}
