import type { Finding } from './finding.ts'
import type { MigrateError } from './migrate-error.ts'
import type { Plan, Step } from './plan.ts'
import type { RunReport, StepReport } from './run-report.ts'
import type { StepFigures } from './step-runner.ts'

/** Keeps account of what became of each step of a plan. */
export class RunLog {
  readonly #plan: Plan
  readonly #runId: string
  readonly #findings: readonly Finding[]
  readonly #reports: StepReport[]

  constructor(plan: Plan, options: { runId: string; findings: readonly Finding[] }) {
    this.#plan = plan
    this.#runId = options.runId
    this.#findings = options.findings
    this.#reports = plan.steps.map(({ id, direction }) => ({ id, direction, outcome: 'not-run' }))
  }

  finished(step: Step, figures: StepFigures): void {
    this.#note(step, { outcome: step.direction === 'up' ? 'applied' : 'reverted', ...figures })
  }

  failed(step: Step, durationMs: number): void {
    this.#note(step, { outcome: 'failed', durationMs })
  }

  /** Steps whose transaction was not kept. */
  undone(steps: readonly Step[]): void {
    for (const step of steps) {
      const { outcome } = this.#reportOf(step)
      if (outcome === 'applied' || outcome === 'reverted') this.#note(step, { outcome: 'undone' })
    }
  }

  /** Steps that are said to be done. */
  done(): readonly Step[] {
    return this.#plan.steps.filter((step) => ['applied', 'reverted'].includes(this.#reportOf(step).outcome))
  }

  report(after: string | null, error?: MigrateError): RunReport {
    return {
      runId: this.#runId,
      outcome: this.#outcome(error),
      before: this.#plan.before,
      after,
      steps: this.#reports,
      findings: this.#findings,
      skipped: this.#plan.skipped,
      ...(error === undefined ? {} : { error }),
    }
  }

  #outcome(error: MigrateError | undefined): RunReport['outcome'] {
    if (error !== undefined) {
      const undone = this.#reports.some(({ outcome }) => outcome === 'undone')
      return undone && this.done().length === 0 ? 'undone' : 'failed'
    }
    if (this.#plan.steps.length === 0) return 'up-to-date'
    return this.#plan.direction === 'up' ? 'migrated' : 'rolled-back'
  }

  #reportOf(step: Step): StepReport {
    const report = this.#reports[this.#plan.steps.indexOf(step)]
    if (report === undefined) throw new RangeError(`${step.id} is not a step of this plan`)
    return report
  }

  #note(step: Step, change: Omit<StepReport, 'id' | 'direction'>): void {
    this.#reports[this.#plan.steps.indexOf(step)] = { ...this.#reportOf(step), ...change }
  }
}
