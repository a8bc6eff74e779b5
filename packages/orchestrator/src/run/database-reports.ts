import { type MigrateError, type RunReport, reportOf } from '@whimbrel/core'
import type { ReleasePart, ReleasePlan } from '../plan/release-plan.ts'
import type { DatabaseReport } from '../release-report.ts'

/** Keeps account of what became of each database of a release. */
export class DatabaseReports {
  readonly #plan: ReleasePlan
  readonly #reports = new Map<string, RunReport>()
  readonly #errors = new Map<string, MigrateError>()
  readonly #undone = new Set<string>()

  constructor(plan: ReleasePlan) {
    this.#plan = plan
  }

  /** A phase of it is done; another one may follow. */
  done(database: string, report: RunReport): void {
    const before = this.#reports.get(database)
    this.#reports.set(database, before === undefined ? report : joined(before, report))
  }

  /** It failed, or was refused. */
  failed(database: string, error: MigrateError): void {
    this.#errors.set(database, error)
    const report = reportOf(error)
    if (report !== undefined) this.done(database, report)
  }

  /** It was put back as it was because of another database. */
  undone(database: string, error: unknown): void {
    this.#undone.add(database)
    const report = reportOf(error)
    if (report !== undefined) this.done(database, withoutError(report))
  }

  /** Of the database that failed first, in the order of the request. */
  get firstError(): MigrateError | undefined {
    return [...this.#errors.values()][0]
  }

  all(): readonly DatabaseReport[] {
    return this.#plan.parts.map((part) => this.#of(part))
  }

  #of({ database, release }: ReleasePart): DatabaseReport {
    const report = this.#reports.get(database)
    const error = this.#errors.get(database)
    return {
      database,
      outcome: this.#outcome(database, report),
      release,
      ...(report === undefined ? {} : { report }),
      ...(error === undefined ? {} : { error }),
    }
  }

  #outcome(database: string, report: RunReport | undefined): DatabaseReport['outcome'] {
    if (this.#errors.has(database)) return 'failed'
    if (report === undefined) return 'not-started'
    if (!this.#undone.has(database)) return report.outcome
    return report.steps.some(({ outcome }) => outcome === 'undone') ? 'undone' : 'not-started'
  }
}

function joined(first: RunReport, second: RunReport): RunReport {
  return {
    ...first,
    ...second,
    outcome: second.outcome === 'up-to-date' ? first.outcome : second.outcome,
    before: first.before,
    steps: [...first.steps, ...second.steps],
    findings: [...first.findings, ...second.findings],
  }
}

function withoutError({ error: _, ...report }: RunReport): RunReport {
  return report
}
