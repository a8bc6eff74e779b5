import { checkMigrations } from '@whimbrel/checks'
import type { MigrateError, MigrationState } from '@whimbrel/core'
import type { Command, CommandContext, CommandResult } from '../command.ts'
import { completeError } from '../complete-error.ts'
import { errorOutput, findingOutput, toMigrateError } from '../describe-error.ts'
import type { CheckOutput } from '../output.ts'
import { redactText } from '../redact-text.ts'
import { githubAnnotations } from '../render/github-annotations.ts'
import { renderChecks } from '../render/render-check.ts'
import { renderError } from '../render/render-error.ts'
import { styleOf } from '../render/style.ts'
import { findTargets, migrationsOf, type Target, type Targets } from '../target.ts'
import type { Terminal } from '../terminal.ts'

/** One checked database, with the error that kept it from being checked. */
interface Checked {
  readonly output: CheckOutput
  readonly error?: MigrateError
}

async function run({ settings, terminal }: CommandContext<unknown>): Promise<CommandResult> {
  const targets = await findTargets(settings, terminal)
  const others = targets.manifest === undefined ? undefined : await migrationsOf(targets.all)
  const checked: Checked[] = []
  for (const target of targets.selected)
    checked.push(await checkTarget(target, { targets, others, terminal }))
  const databases = checked.map(({ output }) => output)
  const failed = checked.find(({ error }) => error !== undefined)?.error
  const exitCode = failed?.exitCode ?? (databases.some(({ findings }) => findings.length > 0) ? 3 : 0)
  const style = styleOf(terminal.color)
  const shown = settings.quiet ? databases.filter(({ findings }) => findings.length > 0) : databases
  const errors = checked.flatMap(({ output: { name }, error }) =>
    error === undefined ? [] : [renderError(error, { style, database: name })],
  )
  const annotations = terminal.env.GITHUB_ACTIONS === 'true' ? githubAnnotations(annotated(databases)) : ''
  return {
    output: { ok: exitCode === 0, command: 'check', exitCode, databases },
    text: renderChecks(shown, style) + annotations,
    errorText: errors.join(''),
  }
}

interface CheckContext {
  readonly targets: Targets
  readonly others: MigrationState['others']
  readonly terminal: Terminal
}

/** A database that cannot be checked does not hide the others. */
async function checkTarget(target: Target, { targets, others, terminal }: CheckContext): Promise<Checked> {
  const { name, driver, source, tracker, flags } = target
  try {
    const { migrations, skipped } = await checkMigrations({
      driver,
      source,
      name,
      others,
      environment: targets.environment,
      protectedTables: tracker.tables,
      signal: terminal.signal,
    })
    return {
      output: {
        name,
        migrations: migrations.map(({ id, outcome, notes }) => ({
          id,
          outcome,
          notes: notes.map(redactText),
        })),
        skipped: skipped.map(({ id, reason }) => ({ id, reason })),
        findings: migrations.flatMap(({ findings }) =>
          findings.map((finding) => findingOutput(finding, flags)),
        ),
      },
    }
  } catch (thrown) {
    const error = completeError(toMigrateError(thrown), flags)
    if (error.code === 'INTERRUPTED') throw error
    return { output: { name, migrations: [], findings: [], error: errorOutput(error) }, error }
  }
}

function annotated(databases: readonly CheckOutput[]) {
  return databases.flatMap(({ findings }) =>
    findings.map(({ file, line, code, message, hint }) => ({
      level: 'error' as const,
      file,
      line,
      title: code,
      message: `${message}\n${hint}`,
    })),
  )
}

export const check: Command = {
  name: 'check',
  summary: 'Try every migration out: up, down and up again on a scratch database with rows',
  options: [],
  examples: ['whimbrel check', 'whimbrel check --db settings --json'],
  run,
}
