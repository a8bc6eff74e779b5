import type { DatabaseStatistics, IntegrityProblem } from '@whimbrel/core'
import { type Backup, Backups } from '@whimbrel/rollback-manager'
import type { Command, CommandContext } from '../command.ts'
import { errorOutput, findingOutput } from '../describe-error.ts'
import { eachDatabase, type Looked } from '../each-database.ts'
import { lookingResult } from '../looking-result.ts'
import type { StatsOutput } from '../output.ts'
import { renderStats } from '../render/render-stats.ts'
import { styleOf } from '../render/style.ts'
import { findTargets, type Target } from '../target.ts'

interface Stats {
  readonly exists: boolean
  readonly statistics: DatabaseStatistics | undefined
  /** Undefined where nobody looked. */
  readonly problems: readonly IntegrityProblem[] | undefined
  readonly lastBackup: Backup | undefined
}

async function run(context: CommandContext<{ readonly integrity?: boolean }>) {
  const { options, settings, terminal } = context
  const { selected } = await findTargets(settings, terminal)
  const looked = await eachDatabase(selected, (target) => statsOf(target, options.integrity !== false))
  return lookingResult('stats', context, {
    looked: looked.map((one) => ({ output: statsOutput(one), error: one.error })),
    exitCodeOf: ({ findings }) => (findings.length > 0 ? 1 : 0),
    render: (databases) => renderStats(databases, styleOf(terminal.color)),
  })
}

async function statsOf(target: Target, withIntegrity: boolean): Promise<Stats> {
  const { driver } = target
  const lastBackup = await lastBackupOf(target)
  if (!(await driver.exists()))
    return { exists: false, statistics: undefined, problems: undefined, lastBackup }
  const session = await driver.session('read')
  try {
    const problems = withIntegrity ? await session.inspector?.verify() : undefined
    return { exists: true, statistics: await session.inspector?.statistics(), problems, lastBackup }
  } finally {
    await session.close()
  }
}

/** The newest one that is complete. */
async function lastBackupOf({ name, driver, tracker, backup }: Target): Promise<Backup | undefined> {
  if (driver.snapshots === undefined) return undefined
  const { directory } = backup
  const backups = await new Backups({ database: name, driver, tracker, directory }).list()
  return backups.findLast(({ state }) => state === 'complete')
}

function statsOutput(looked: Looked<Stats>): StatsOutput {
  const { name, url, flags } = looked.target
  if (looked.error !== undefined)
    return {
      name,
      url,
      exists: true,
      tables: [],
      integrity: 'not-checked',
      lastBackup: null,
      findings: [],
      error: errorOutput(looked.error),
    }
  const { exists, statistics, problems, lastBackup } = looked.value
  const { tables = [], ...size } = statistics ?? {}
  return {
    name,
    url,
    exists,
    ...size,
    tables,
    integrity: problems === undefined ? 'not-checked' : problems.length === 0 ? 'ok' : 'broken',
    lastBackup: backupOutput(lastBackup),
    findings: (problems ?? []).map((problem) => findingOutput(findingOf(problem), flags)),
  }
}

function backupOutput(backup: Backup | undefined): StatsOutput['lastBackup'] {
  if (backup?.manifest === undefined) return null
  const { id, path, bytes, manifest } = backup
  return { id, path, createdAt: manifest.createdAt, sizeBytes: bytes }
}

function findingOf({ kind, object, message }: IntegrityProblem) {
  const what =
    kind === 'view' || kind === 'trigger' || kind === 'function'
      ? `The ${kind} ${object} does not compile: `
      : ''
  return {
    code: 'INTEGRITY_BROKEN' as const,
    message: `${what}${kind === 'foreign-key' ? `${object}: ` : ''}${message}`,
    hint: hints[kind],
    blocking: true,
  }
}

const hints: Readonly<Record<IntegrityProblem['kind'], string>> = {
  integrity:
    'Keep the file as it is, and restore a backup from before this, or recover it with the shell of the engine',
  'foreign-key': 'Write a migration that removes these rows, or gives them their parents',
  view: 'Write a migration that drops it, or creates it anew',
  trigger: 'Write a migration that drops it, or creates it anew',
  function: 'Write a migration that drops it, or creates it anew',
}

export const stats: Command = {
  name: 'stats',
  summary: 'Show how much each database holds, and whether it is sound',
  options: [{ flags: '--no-integrity', description: 'do not check integrity, which reads every row' }],
  examples: ['whimbrel stats', 'whimbrel stats --db settings --json', 'whimbrel stats --no-integrity'],
  run,
}
