import { relative } from 'node:path'
import type { Command, CommandContext } from '../command.ts'
import { type PlanFile, plannedDatabase } from '../plan-file.ts'
import { refuseTargetOfMany } from '../refuse-target-of-many.ts'
import { runCommandResult } from '../run-command-result.ts'
import { planDatabases, type RunResult } from '../run-databases.ts'
import { findTargets } from '../target.ts'
import { writeNewFiles } from '../write-new-files.ts'
import { upOptions, upWork } from './up.ts'

interface Options {
  readonly to?: string
  readonly steps?: string
  readonly sql?: boolean
  readonly allowOutOfOrder?: boolean
  readonly out?: string
}

async function run(context: CommandContext<Options>) {
  const { options, settings, terminal, commandLine } = context
  const wanted = upOptions(options)
  const targets = await findTargets(settings, terminal)
  refuseTargetOfMany({ '--to': options.to }, targets.selected)
  const planned = await planDatabases(upWork(wanted), {
    targets,
    terminal,
    commandLine,
    sql: options.sql === true,
  })
  const result = runCommandResult('plan', context, planned)
  if (options.out === undefined || !result.output.ok) return result
  const file = planFile(planned, context)
  const written = writeNewFiles(terminal.cwd, [
    { path: options.out, text: `${JSON.stringify(file, null, 2)}\n` },
  ])
  const files = written.map((path) => relative(terminal.cwd, path))
  return {
    ...result,
    output: { ...result.output, files },
    text: `${result.text}Written to ${files.join('')}\n`,
  }
}

function planFile({ results }: RunResult, { options, settings }: CommandContext<Options>): PlanFile {
  return {
    plan: 1,
    environment: settings.environment ?? null,
    allowOutOfOrder: options.allowOutOfOrder === true,
    databases: results.flatMap(({ output, plan }) => (plan ? [plannedDatabase(output.name, plan)] : [])),
  }
}

export const plan: Command = {
  name: 'plan',
  summary: 'Print what up would do',
  options: [
    { flags: '--to <id>', description: 'up to and including this migration' },
    { flags: '--steps <n>', description: 'the first n pending migrations of each database' },
    { flags: '--sql', description: 'print the statements, too' },
    {
      flags: '--allow-out-of-order',
      description: 'include pending migrations that sort before applied ones',
    },
    { flags: '--out <file>', description: 'write the plan to a file, for up --plan' },
  ],
  examples: ['whimbrel plan', 'whimbrel plan --db ontology --sql', 'whimbrel plan --out release.json'],
  run,
}
