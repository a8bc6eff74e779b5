import { type LintFinding, lint as lintMigrations } from '@whimbrel/checks'
import type { MigrateError } from '@whimbrel/core'
import type { Command, CommandContext } from '../command.ts'
import { completeError } from '../complete-error.ts'
import { completeHint } from '../complete-hint.ts'
import { errorOutput, toMigrateError } from '../describe-error.ts'
import type { ErrorOutput, LintFindingOutput, LintOutput } from '../output.ts'
import { redactText } from '../redact-text.ts'
import { type Annotation, githubAnnotations } from '../render/github-annotations.ts'
import { renderError } from '../render/render-error.ts'
import { renderLint } from '../render/render-lint.ts'
import { styleOf } from '../render/style.ts'
import { findTargets, migrationsOf, type Target, type Targets } from '../target.ts'

interface Options {
  readonly all?: boolean
}

interface LintedDatabase {
  readonly output: LintOutput
  readonly error?: MigrateError
}

async function run({ options, settings, terminal }: CommandContext<Options>) {
  const targets = await findTargets(settings, terminal)
  const others = targets.manifest === undefined ? undefined : await migrationsOf(targets.all)
  const linted: LintedDatabase[] = []
  for (const target of targets.selected)
    linted.push(await lintOne(target, { targets, others, all: options.all === true }))
  const style = styleOf(terminal.color)
  const databases = linted.map(({ output }) => output)
  const failed = linted.find(({ error }) => error !== undefined)?.error
  const exitCode = failed?.exitCode ?? (databases.some(isAmiss) ? 3 : 0)
  const shown = settings.quiet ? databases.filter(isAmiss) : databases
  const annotations = terminal.env.GITHUB_ACTIONS === 'true' ? githubAnnotations(annotated(databases)) : ''
  return {
    output: { ok: exitCode === 0, command: 'lint', exitCode, databases },
    text: renderLint(shown, style) + annotations,
    errorText: linted
      .map(({ output, error }) =>
        error === undefined ? '' : renderError(error, { style, database: output.name }),
      )
      .join(''),
  }
}

async function lintOne(
  { name, driver, tracker, source, flags }: Target,
  context: {
    readonly targets: Targets
    readonly others: Parameters<typeof lintMigrations>[0]['others']
    readonly all: boolean
  },
): Promise<LintedDatabase> {
  const { targets, others, all } = context
  const { environment } = targets
  try {
    const report = await lintMigrations({ driver, tracker, source, environment, others, all })
    const { linted, findings, ignored } = report
    return {
      output: { name, linted, ignored, findings: findings.map((finding) => findingOutput(finding, flags)) },
    }
  } catch (thrown) {
    const error = completeError(toMigrateError(thrown), flags)
    return { output: { name, linted: [], ignored: 0, findings: [], error: errorOutput(error) }, error }
  } finally {
    await driver.close()
  }
}

function findingOutput(finding: LintFinding, flags: string): LintFindingOutput {
  const { code, level, migration, file, line, statement, message, hint, reference } = finding
  return {
    code,
    level,
    migration,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(statement === undefined ? {} : { statement }),
    message: redactText(message),
    hint: redactText(completeHint(hint, flags)),
    reference,
  }
}

function isAmiss({ findings }: LintOutput): boolean {
  return findings.some(({ level }) => level !== 'note')
}

function annotated(databases: readonly LintOutput[]): readonly Annotation[] {
  return databases.flatMap(({ findings, error }) => [
    ...findings.map(({ level, file, line, code, message, hint }) => ({
      level: level === 'note' ? ('notice' as const) : level,
      file,
      line,
      title: code,
      message: `${message}\n${hint}`,
    })),
    ...(error === undefined ? [] : [errorAnnotation(error)]),
  ])
}

function errorAnnotation({ code, message, hint, file, line }: ErrorOutput): Annotation {
  return { level: 'error', file, line, title: code, message: `${message}\n${hint}` }
}

export const lint: Command = {
  name: 'lint',
  summary: 'Find what pending migrations would break, on a copy',
  options: [{ flags: '--all', description: 'every migration, from an empty database on' }],
  examples: ['whimbrel lint', 'whimbrel lint --db settings --json', 'whimbrel lint --all'],
  run,
}
