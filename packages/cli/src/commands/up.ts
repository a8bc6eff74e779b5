import { MigrateError, type UpOptions } from '@whimbrel/core'
import type { Command, CommandContext } from '../command.ts'
import { Consent } from '../consent.ts'
import { type PlanFile, planAgain, readPlanFile } from '../plan-file.ts'
import { positiveNumber } from '../positive-number.ts'
import { refuseSqlAlone } from '../refuse-sql-alone.ts'
import { refuseTargetOfMany } from '../refuse-target-of-many.ts'
import { refuseTogether } from '../refuse-together.ts'
import { runCommandResult } from '../run-command-result.ts'
import { planDatabases, runDatabases, type Work } from '../run-databases.ts'
import { RunListener } from '../run-listener.ts'
import { allowDataLoss, safeguardOf } from '../safeguard-of.ts'
import type { Settings } from '../settings.ts'
import { findTargets, type Target, type Targets } from '../target.ts'

interface Options {
  readonly to?: string
  readonly steps?: string
  readonly plan?: string
  readonly dryRun?: boolean
  readonly sql?: boolean
  readonly allowOutOfOrder?: boolean
  readonly allowDataLoss?: boolean
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
  const { options, terminal, commandLine } = context
  refuseSqlAlone(options, 'up')
  const { work, targets } = await (options.plan === undefined
    ? asAsked(context)
    : asPlanned(options.plan, context))
  if (options.dryRun === true) {
    const planned = await planDatabases(work, { targets, terminal, commandLine, sql: options.sql === true })
    return runCommandResult('up', context, { ...planned, dryRun: true })
  }
  const listener = new RunListener(context)
  const consent = new Consent('up', targets, context)
  const done = await runDatabases(work, {
    targets,
    terminal,
    commandLine,
    safeguard: safeguardOf(options),
    consent,
    onEvent: listener.listen,
    onBackup: listener.backup,
  })
  listener.close()
  return runCommandResult('up', context, done)
}

interface Task {
  readonly work: Work
  readonly targets: Targets
}

async function asAsked({ options, settings, terminal }: CommandContext<Options>): Promise<Task> {
  const work = upWork(upOptions(options))
  const targets = await findTargets(settings, terminal)
  refuseTargetOfMany({ '--to': options.to }, targets.selected)
  return { work, targets }
}

/** Exactly what a file says, or nothing. */
async function asPlanned(
  path: string,
  { options, settings, terminal }: CommandContext<Options>,
): Promise<Task> {
  const { to, steps, allowOutOfOrder } = options
  const databases = settings.databases[0]
  for (const [name, value] of Object.entries({
    '--to': to,
    '--steps': steps,
    '--allow-out-of-order': allowOutOfOrder,
    '--db': databases,
  })) {
    refuseTogether({ '--plan': path, [name]: value })
  }
  const file = readPlanFile(path, terminal.cwd)
  refuseOtherEnvironment(file, settings)
  const targets = await findTargets(
    { ...settings, databases: file.databases.map(({ name }) => name) },
    terminal,
  )
  const decide = (target: Target) => (state: Parameters<typeof planAgain>[0]) => {
    const planned = file.databases.find(({ name }) => name === target.name)
    if (planned === undefined) throw notPlanned(target.name)
    const { environment } = settings
    return planAgain(state, planned, { ...file, environment, engine: target.driver.dialect.name })
  }
  const work: Work = {
    plan: (runner, target) => runner.plan(decide(target)),
    run: (runner, target) => runner.run(decide(target)),
  }
  return { work, targets }
}

function refuseOtherEnvironment({ environment }: PlanFile, settings: Settings): void {
  const now = settings.environment ?? null
  if (environment === now) return
  const name = (value: string | null) => (value === null ? 'no environment' : `the environment "${value}"`)
  throw new MigrateError(
    'USAGE',
    `The plan was made for ${name(environment)}, and ${name(now)} is selected`,
    {
      hint: environment === null ? 'Leave --env out' : `Add --env ${environment}`,
    },
  )
}

function notPlanned(name: string): MigrateError {
  return new MigrateError('USAGE', `The plan is not about ${name}`, {
    hint: 'Give the url and the migrations that the plan was made for',
  })
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
