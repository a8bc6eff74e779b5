import { retry as retrying } from '@whimbrel/core'
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
}

async function run(context: CommandContext<Options>) {
  const { options, settings, terminal } = context
  const [id] = context.args
  refuseSqlAlone(options, 'retry')
  const targets = await findTargets(settings, terminal)
  const work: Work = {
    plan: (runner) => runner.plan(...retrying({ id })),
    run: (runner) => runner.run(...retrying({ id })),
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

export const retry: Command = {
  name: 'retry',
  summary: 'Go on with a migration in doubt after its last finished statement',
  args: '[id]',
  options: [
    allowDataLoss,
    { flags: '--dry-run', description: 'print what would be run and change nothing' },
    { flags: '--sql', description: 'with --dry-run: print the statements, too' },
  ],
  examples: [
    'whimbrel retry --db knowledge_graph',
    'whimbrel retry 008 --db knowledge_graph --dry-run --sql',
  ],
  run,
}
