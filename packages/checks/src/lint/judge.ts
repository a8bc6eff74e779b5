import type { LintFinding } from './lint-finding.ts'
import type { LintRule, Verdict } from './lint-rule.ts'
import type { OpenProblem } from './problem-ledger.ts'
import type { EngineRefusal, RehearsedMigration } from './rehearsed-migration.ts'

/** Words of the engine about a name that is not there, and the name. */
const NAME_MISSING =
  /(?:no such (?:table|column|index|view|trigger|constraint): |has no column named |unknown column )(?:main\.)?"?(.+?)"?(?: in foreign key definition| - should this be .*)?$/
/** The same in the words of MySQL. */
const NAME_MISSING_ON_MYSQL =
  /^(?:Unknown column|Key column|Unknown (?:table|VIEW|trigger|event)|Table|Can't DROP (?:COLUMN|INDEX)) ['`](?:[^'`.]+\.)?([^'`]+)['`](?:.*(?:doesn't exist|in '.*'|check that it exists))?/i

/** Asks the rules about what was rehearsed. What only follows from an earlier failure is left out. */
export class Judge {
  readonly #rules: readonly LintRule[]
  /** Names that would be there if an earlier statement had not failed, in lower case. */
  readonly #wanting = new Set<string>()

  constructor(rules: readonly LintRule[]) {
    this.#rules = rules
  }

  migration(rehearsed: RehearsedMigration): readonly LintFinding[] {
    const { statements, refusals } = rehearsed
    const refused = new Set(refusals.map(({ statement }) => statement))
    return [
      ...refusals.flatMap((refusal) => this.#refusal(refusal, rehearsed)),
      ...statements
        .filter((statement) => !refused.has(statement))
        .flatMap((statement) =>
          this.#each((rule) => verdicts(rule.ran?.(statement, rehearsed), statement), rehearsed),
        ),
      ...this.#each((rule) => rule.finished?.(rehearsed) ?? [], rehearsed),
    ]
  }

  /** Problems that one statement brought for one reason are told at once. */
  problems(open: readonly OpenProblem[]): readonly LintFinding[] {
    const findings = new Map<string, LintFinding>()
    for (const { problem, rehearsed, statement } of open) {
      if (this.#isWanting(problem.parent) || this.#follows(problem.message)) continue
      const [finding] = this.#first(
        (rule) => verdicts(rule.broken?.(problem, rehearsed), statement),
        rehearsed,
      )
      if (finding === undefined) continue
      const key = JSON.stringify([finding.code, finding.migration, finding.statement])
      const first = findings.get(key)
      const message = first === undefined ? finding.message : `${first.message}; ${finding.message}`
      findings.set(key, { ...finding, message })
    }
    return [...findings.values()]
  }

  #refusal(refusal: EngineRefusal, rehearsed: RehearsedMigration): readonly LintFinding[] {
    const { statement, message, becauseOfRows } = refusal
    const follows = this.#follows(message)
    if (!becauseOfRows) this.#remember(refusal, rehearsed)
    if (follows) return []
    return this.#first((rule) => verdicts(rule.refused?.(refusal, rehearsed), statement), rehearsed)
  }

  #remember({ statement }: EngineRefusal, { after }: RehearsedMigration): void {
    const known = new Set(
      after.objects.flatMap(({ name, columns }) => [
        name.toLowerCase(),
        ...columns.map((column) => column.name.toLowerCase()),
      ]),
    )
    for (const { kind, value } of statement.tokens) {
      const name = value.toLowerCase()
      if ((kind === 'word' || kind === 'name') && !known.has(name)) this.#wanting.add(name)
    }
  }

  /** True for words about a name that is missing because of an earlier failure. */
  #follows(message: string): boolean {
    const found = NAME_MISSING.exec(message) ?? NAME_MISSING_ON_MYSQL.exec(message)
    return this.#isWanting(found?.[1] ?? '')
  }

  /** Of `table.column` either may be the reason. */
  #isWanting(name: string): boolean {
    const parts = [name, ...name.split('.')]
    return parts.some((part) => this.#wanting.has(part.toLowerCase()))
  }

  #first(ask: (rule: LintRule) => readonly Verdict[], rehearsed: RehearsedMigration): readonly LintFinding[] {
    for (const rule of this.#rules) {
      const [verdict] = ask(rule)
      if (verdict !== undefined) return [findingOf(rule, verdict, rehearsed)]
    }
    return []
  }

  #each(ask: (rule: LintRule) => readonly Verdict[], rehearsed: RehearsedMigration): readonly LintFinding[] {
    return this.#rules.flatMap((rule) => ask(rule).map((verdict) => findingOf(rule, verdict, rehearsed)))
  }
}

function verdicts(verdict: Verdict | undefined, statement: Verdict['statement']): readonly Verdict[] {
  return verdict === undefined ? [] : [{ statement, ...verdict }]
}

function findingOf(
  { code, level, hint }: LintRule,
  verdict: Verdict,
  { migration }: Pick<RehearsedMigration, 'migration'>,
): LintFinding {
  const { statement } = verdict
  return {
    code,
    level: verdict.level ?? level,
    migration: migration.id,
    file: migration.file,
    line: statement?.line,
    statement: statement?.number,
    message: verdict.message,
    hint: verdict.hint ?? hint,
    reference: referenceOf(code),
  }
}

/** Where the documentation explains a rule. */
export function referenceOf(code: string): string {
  return `docs/lint.md#${code.toLowerCase()}`
}
