import { MigrateError } from '@whimbrel/core'
import type { DownReleaseRequest } from '@whimbrel/orchestrator'
import { type CarryingFlags, carryOut, type Task } from '../carry-out.ts'
import type { Command, CommandContext, CommandResult } from '../command.ts'
import { plannedRequest } from '../planned-request.ts'
import { positiveNumber } from '../positive-number.ts'
import { refuseSqlAlone } from '../refuse-sql-alone.ts'
import { refuseTogether } from '../refuse-together.ts'
import { allowDataLoss } from '../safeguards-of.ts'
import { findTargets, type Targets } from '../target.ts'
import { theOnly } from '../the-only.ts'
import { type ReleaseFlags, releaseFlags, releaseOf } from '../up-request.ts'

interface Options extends ReleaseFlags, CarryingFlags {
  readonly steps?: string
  readonly to?: string
  readonly only?: string
  readonly all?: boolean
  readonly cascade?: boolean
  readonly force?: boolean
  readonly plan?: string
}

async function run(context: CommandContext<Options>): Promise<CommandResult> {
  refuseSqlAlone(context.options, 'down')
  refuseOutAlone(context.options)
  return carryOut('down', context, await taskOf(context))
}

async function taskOf(context: CommandContext<Options>): Promise<Task> {
  const { options, settings, terminal } = context
  const requestOf = downRequest(options)
  if (options.plan !== undefined) {
    const { steps, to, only, all, cascade, force, atomic, independent, out } = options
    const others = {
      '--steps': steps,
      '--to': to,
      '--only': only,
      '--all': all,
      '--cascade': cascade,
      '--force': force,
      '--atomic': atomic,
      '--independent': independent,
      '--out': out,
    }
    return plannedRequest(options.plan, context, { direction: 'down', others })
  }
  const targets = await findTargets(settings, terminal)
  return { request: requestOf(targets), targets }
}

/** Understands the options before anything is read. */
function downRequest(options: Options): (targets: Targets) => DownReleaseRequest {
  const { to, only, all, cascade, force } = options
  refuseTogether({ '--steps': options.steps, '--to': to, '--only': only, '--all': all })
  const release = releaseOf(options)
  const steps = positiveNumber(options.steps, '--steps')
  return ({ selected, manifest }) => ({
    direction: 'down',
    // Rolling back is never done to several databases by accident.
    database: theOnly(selected, 'down').name,
    release: release ?? manifest?.release,
    steps,
    to,
    only,
    all,
    cascade,
    acceptChangedDown: force,
  })
}

function refuseOutAlone({ out, dryRun }: Options): void {
  if (out === undefined || dryRun === true) return
  throw new MigrateError('USAGE', '--out writes what a dry run shows, and --dry-run was not given', {
    hint: `Add --dry-run to write the plan, then carry it out with "whimbrel down --plan ${out}"`,
  })
}

export const down: Command = {
  name: 'down',
  summary: 'Roll back what was applied last',
  options: [
    { flags: '--steps <n>', description: 'roll back the n most recently applied (default 1)' },
    { flags: '--to <id>', description: 'roll back everything applied after this migration; it stays' },
    { flags: '--only <id>', description: 'roll back this migration' },
    { flags: '--all', description: 'roll back everything' },
    { flags: '--cascade', description: 'roll back what depends on it first, in other databases, too' },
    { flags: '--force', description: 'use a down that was edited since it was applied' },
    { flags: '--plan <file>', description: 'do exactly what this file of --dry-run --out says, or nothing' },
    allowDataLoss,
    { flags: '--dry-run', description: 'print what would be rolled back and change nothing' },
    { flags: '--sql', description: 'with --dry-run: print the statements, too' },
    { flags: '--out <file>', description: 'with --dry-run: write the plan to a file, for down --plan' },
    ...releaseFlags,
  ],
  examples: [
    'whimbrel down --db settings',
    'whimbrel down --db settings --to 005 --cascade --allow-data-loss',
    'whimbrel down --db ontology --all --dry-run',
  ],
  run,
}
