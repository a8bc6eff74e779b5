import { type RollbackOptions, rollback, rollbackVerifier } from '@whimbrel/rollback-manager'
import type { Command, CommandContext } from '../command.ts'
import { Consent } from '../consent.ts'
import { positiveNumber } from '../positive-number.ts'
import { refuseSqlAlone } from '../refuse-sql-alone.ts'
import { refuseTogether } from '../refuse-together.ts'
import { runCommandResult } from '../run-command-result.ts'
import { planDatabases, runDatabases, type Work } from '../run-databases.ts'
import { RunListener } from '../run-listener.ts'
import { allowDataLoss, safeguardOf } from '../safeguard-of.ts'
import { findTargets } from '../target.ts'
import { theOnly } from '../the-only.ts'

interface Options {
  readonly steps?: string
  readonly to?: string
  readonly only?: string
  readonly all?: boolean
  readonly cascade?: boolean
  readonly force?: boolean
  readonly allowDataLoss?: boolean
  readonly dryRun?: boolean
  readonly sql?: boolean
}

function rollbackOptions({ steps, to, only, all, cascade, force }: Options): RollbackOptions {
  refuseTogether({ '--steps': steps, '--to': to, '--only': only, '--all': all })
  return { steps: positiveNumber(steps, '--steps'), to, only, all, cascade, acceptChangedDown: force }
}

async function run(context: CommandContext<Options>) {
  const { options, settings, terminal, commandLine } = context
  const wanted = rollbackOptions(options)
  refuseSqlAlone(options, 'down')
  const targets = await findTargets(settings, terminal)
  // Rolling back is never done to several databases by accident.
  theOnly(targets.selected, 'down')
  const work: Work = {
    plan: (runner) => runner.plan(...rollback(wanted)),
    run: (runner) => runner.run(...rollback(wanted)),
  }
  if (options.dryRun === true) {
    const planned = await planDatabases(work, { targets, terminal, commandLine, sql: options.sql === true })
    return runCommandResult('down', context, { ...planned, dryRun: true })
  }
  const listener = new RunListener(context)
  const done = await runDatabases(work, {
    targets,
    terminal,
    commandLine,
    consent: new Consent('down', targets, context),
    options: { verifier: rollbackVerifier() },
    safeguard: safeguardOf(options),
    onEvent: listener.listen,
    onBackup: listener.backup,
  })
  listener.close()
  return runCommandResult('down', context, done)
}

export const down: Command = {
  name: 'down',
  summary: 'Roll back what was applied last',
  options: [
    { flags: '--steps <n>', description: 'roll back the n most recently applied (default 1)' },
    { flags: '--to <id>', description: 'roll back everything applied after this migration; it stays' },
    { flags: '--only <id>', description: 'roll back this migration' },
    { flags: '--all', description: 'roll back everything' },
    { flags: '--cascade', description: 'roll back what depends on it first' },
    { flags: '--force', description: 'use a down that was edited since it was applied' },
    allowDataLoss,
    { flags: '--dry-run', description: 'print what would be rolled back and change nothing' },
    { flags: '--sql', description: 'with --dry-run: print the statements, too' },
  ],
  examples: [
    'whimbrel down --db settings',
    'whimbrel down --db settings --to 005 --allow-data-loss',
    'whimbrel down --db settings --all --dry-run',
  ],
  run,
}
