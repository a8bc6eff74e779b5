import { retry as retrying } from '@whimbrel/core'
import { rollbackVerifier } from '@whimbrel/rollback-manager'
import type { Command, CommandContext } from '../command.ts'
import { Consent } from '../consent.ts'
import { refuseSqlAlone } from '../refuse-sql-alone.ts'
import { runCommandResult } from '../run-command-result.ts'
import { planDatabases, runDatabases, type Work } from '../run-databases.ts'
import { RunListener } from '../run-listener.ts'
import { allowDataLoss, safeguardOf } from '../safeguard-of.ts'
import { findTargets } from '../target.ts'
import { theOnly } from '../the-only.ts'

interface Options {
  readonly allowDataLoss?: boolean
  readonly dryRun?: boolean
  readonly sql?: boolean
}

async function run(context: CommandContext<Options>) {
  const { options, settings, terminal, commandLine } = context
  const [id] = context.args
  refuseSqlAlone(options, 'retry')
  const targets = await findTargets(settings, terminal)
  theOnly(targets.selected, 'retry')
  const work: Work = {
    plan: (runner) => runner.plan(...retrying({ id })),
    run: (runner) => runner.run(...retrying({ id })),
  }
  if (options.dryRun === true) {
    const planned = await planDatabases(work, { targets, terminal, commandLine, sql: options.sql === true })
    return runCommandResult('retry', context, { ...planned, dryRun: true })
  }
  const listener = new RunListener(context)
  const done = await runDatabases(work, {
    targets,
    terminal,
    commandLine,
    consent: new Consent('retry', targets, context),
    safeguard: safeguardOf(options),
    options: { verifier: rollbackVerifier() },
    onEvent: listener.listen,
    onBackup: listener.backup,
  })
  listener.close()
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
