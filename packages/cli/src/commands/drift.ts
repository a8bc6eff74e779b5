import { cacheDirectory, type DriftReport, fileReplayCache, drift as findDrift } from '@whimbrel/checks'
import type { Command, CommandContext } from '../command.ts'
import { errorOutput, findingOutput } from '../describe-error.ts'
import { eachDatabase, type Looked } from '../each-database.ts'
import { lookingResult } from '../looking-result.ts'
import type { DriftOutput } from '../output.ts'
import { renderDrift } from '../render/render-drift.ts'
import { styleOf } from '../render/style.ts'
import { findTargets } from '../target.ts'

async function run(context: CommandContext<{ readonly check?: boolean }>) {
  const { options, settings, terminal } = context
  const { selected } = await findTargets(settings, terminal)
  const directory = cacheDirectory(terminal.env)
  const cache = directory === undefined ? {} : { cache: fileReplayCache(directory) }
  const looked = await eachDatabase(selected, ({ driver, tracker, source, driftIgnore: ignore }) =>
    findDrift({ driver, tracker, source, ignore, ...cache }),
  )
  return lookingResult('drift', context, {
    looked: looked.map((one) => ({ output: driftOutput(one), error: one.error })),
    exitCodeOf: ({ findings }) => (options.check === true && findings.length > 0 ? 3 : 0),
    render: (databases) => renderDrift(databases, styleOf(terminal.color)),
  })
}

function driftOutput(looked: Looked<DriftReport>): DriftOutput {
  const { name, url, flags } = looked.target
  if (looked.error !== undefined) return { name, url, ...nothingKnown, error: errorOutput(looked.error) }
  const { exists, applied, changes, ignored, findings } = looked.value
  return {
    name,
    url,
    exists,
    migrations: applied,
    complete: findings.every(({ code }) => code === 'DRIFT'),
    differences: changes.map(({ before, after, ...change }) => ({
      ...change,
      ...(before === undefined ? {} : { migrationsGive: before }),
      ...(after === undefined ? {} : { databaseHas: after }),
    })),
    ignored,
    findings: findings.map((finding) => findingOutput(finding, flags)),
  }
}

const nothingKnown = {
  exists: true,
  migrations: 0,
  complete: false,
  differences: [],
  ignored: 0,
  findings: [],
} as const

export const drift: Command = {
  name: 'drift',
  summary: 'Show schema changes that no migration made',
  options: [{ flags: '--check', description: 'exit 3 if anything differs' }],
  examples: ['whimbrel drift', 'whimbrel drift --db settings --json', 'whimbrel drift --check'],
  run,
}
