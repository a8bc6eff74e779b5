import { MigrateError, retry as retrying } from '@whimbrel/core'
import type { Command, CommandContext } from '../command.ts'
import { Consent } from '../consent.ts'
import { refuseSqlAlone } from '../refuse-sql-alone.ts'
import { runCommandResult } from '../run-command-result.ts'
import { RunListener } from '../run-listener.ts'
import { planSingle, runSingle, type Work } from '../run-single.ts'
import { allowDataLoss } from '../safeguards-of.ts'
import { findTargets } from '../target.ts'
import { unfinishedFindings } from '../unfinished-findings.ts'

interface Options {
  readonly allowDataLoss?: boolean
  readonly dryRun?: boolean
  readonly sql?: boolean
  readonly skip?: boolean
  readonly again?: boolean
}

async function run(context: CommandContext<Options>) {
  const { options, settings, terminal } = context
  const [id] = context.args
  refuseSqlAlone(options, 'retry')
  const request = { id, interrupted: interruptedOf(options) }
  const targets = await findTargets(settings, terminal)
  const work: Work = {
    plan: (runner) => runner.plan(...retrying(request)),
    run: (runner) => runner.run(...retrying(request)),
  }
  if (options.dryRun === true) {
    const planned = await planSingle(work, { command: 'retry', targets, context, sql: options.sql === true })
    const findings = await unfinishedFindings(targets, settings)
    return runCommandResult('retry', context, { ...planned, findings, dryRun: true })
  }
  const listener = new RunListener(context)
  const consent = new Consent('retry', targets, context)
  const done = await runSingle(work, { command: 'retry', targets, context, listener, consent })
  return runCommandResult('retry', context, done)
}

function interruptedOf({ skip, again }: Options): 'skip' | 'again' | undefined {
  if (skip === true && again === true) {
    throw new MigrateError('USAGE', '--skip and --again contradict each other', {
      hint: 'Look at the database, and give the one that is true of the statement that was interrupted',
    })
  }
  return skip === true ? 'skip' : again === true ? 'again' : undefined
}

export const retry: Command = {
  name: 'retry',
  summary: 'Go on with a migration in doubt after its last finished statement',
  args: '[id]',
  options: [
    allowDataLoss,
    {
      flags: '--skip',
      description: 'the statement that was interrupted took effect: go on behind it',
    },
    {
      flags: '--again',
      description: 'it did not take effect, or may run twice: run it again',
    },
    { flags: '--dry-run', description: 'print what would be run and change nothing' },
    { flags: '--sql', description: 'with --dry-run: print the statements, too' },
  ],
  examples: [
    'whimbrel retry --db knowledge_graph',
    'whimbrel retry 008 --db knowledge_graph --dry-run --sql',
  ],
  run,
}
