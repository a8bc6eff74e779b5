import type { UpOptions } from '@whimbrel/core'
import type { Command, CommandContext } from '../command.ts'
import { positiveNumber } from '../positive-number.ts'
import { refuseSqlAlone } from '../refuse-sql-alone.ts'
import { refuseTargetOfMany } from '../refuse-target-of-many.ts'
import { refuseTogether } from '../refuse-together.ts'
import { runCommandResult } from '../run-command-result.ts'
import { planDatabases, runDatabases, type Work } from '../run-databases.ts'
import { RunListener } from '../run-listener.ts'
import { findTargets } from '../target.ts'

interface Options {
  readonly to?: string
  readonly steps?: string
  readonly dryRun?: boolean
  readonly sql?: boolean
  readonly allowOutOfOrder?: boolean
}

/** Which pending migrations are wanted, from `--to`, `--steps` and `--allow-out-of-order`. */
export function upOptions({ to, steps, allowOutOfOrder }: Options): UpOptions {
  refuseTogether({ '--steps': steps, '--to': to })
  return { to, steps: positiveNumber(steps, '--steps'), allowOutOfOrder }
}

/** Looking and doing of `up` and `plan`. */
export function upWork(options: UpOptions): Work {
  return { plan: (runner) => runner.planUp(options), run: (runner) => runner.up(options) }
}

async function run(context: CommandContext<Options>) {
  const { options, settings, terminal, commandLine } = context
  const wanted = upOptions(options)
  refuseSqlAlone(options, 'up')
  const targets = await findTargets(settings, terminal)
  refuseTargetOfMany({ '--to': options.to }, targets.selected)
  const work = upWork(wanted)
  if (options.dryRun === true) {
    const planned = await planDatabases(work, { targets, terminal, commandLine, sql: options.sql === true })
    return runCommandResult('up', context, { ...planned, dryRun: true })
  }
  const listener = new RunListener(context)
  const done = await runDatabases(work, { targets, terminal, commandLine, onEvent: listener.listen })
  listener.close()
  return runCommandResult('up', context, done)
}

export const up: Command = {
  name: 'up',
  summary: 'Apply what is pending',
  options: [
    { flags: '--to <id>', description: 'apply up to and including this migration' },
    { flags: '--steps <n>', description: 'apply the first n pending migrations' },
    { flags: '--dry-run', description: 'print what would be applied and change nothing' },
    { flags: '--sql', description: 'with --dry-run: print the statements, too' },
    { flags: '--allow-out-of-order', description: 'apply pending migrations that sort before applied ones' },
    { flags: '--independent', description: 'each database on its own: a failure keeps the earlier ones' },
  ],
  examples: [
    'whimbrel up',
    'whimbrel up --db settings',
    'whimbrel up --db settings --steps 1',
    'whimbrel up --dry-run --sql',
  ],
  run,
}
