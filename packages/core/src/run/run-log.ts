import type { MigrateError } from '../migrate-error.ts'
import type { Finding } from '../model/finding.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { RunReport, StepReport } from './run-report.ts'
import type { Safety } from './safeguard.ts'
import type { StepFigures } from './step-runner.ts'

/** Keeps account of what became of each step of a plan. */
export class RunLog {
  readonly #plan: Plan
  readonly #runId: string
  readonly #findings: readonly Finding[]
  readonly #backup: string | undefined
  readonly #reports: ReadonlyMap<Step, { report: StepReport }>

  constructor(plan: Plan, options: { runId: string; findings: readonly Finding[]; safety?: Safety }) {
    this.#plan = plan
    this.#runId = options.runId
    this.#findings = options.findings
    this.#backup = options.safety?.backup
    this.#reports = new Map(
      plan.steps.map((step) => [
        step,
        { report: { id: step.id, direction: step.direction, outcome: 'not-run' } },
      ]),
    )
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
      if (this.isDone(step)) this.#note(step, { outcome: 'undone' })
    }
  }

  /** The step is said to be done. */
  isDone(step: Step): boolean {
    const outcome = this.#reports.get(step)?.report.outcome
    return outcome === 'applied' || outcome === 'reverted'
  }

  /** All steps that are said to be done. */
  done(): readonly Step[] {
    return this.#plan.steps.filter((step) => this.isDone(step))
  }

  report(after: string | null, error?: MigrateError): RunReport {
    return {
      runId: this.#runId,
      outcome: this.#outcome(error),
      before: this.#plan.before,
      after,
      steps: [...this.#reports.values()].map(({ report }) => report),
      findings: this.#findings,
      skipped: this.#plan.skipped,
      ...(this.#backup === undefined ? {} : { backup: this.#backup }),
      ...(error === undefined ? {} : { error }),
    }
  }

  #outcome(error: MigrateError | undefined): RunReport['outcome'] {
    if (error !== undefined) {
      const undone = [...this.#reports.values()].some(({ report }) => report.outcome === 'undone')
      return undone && this.done().length === 0 ? 'undone' : 'failed'
    }
    if (this.#plan.steps.length === 0) return 'up-to-date'
    return this.#plan.direction === 'up' ? 'migrated' : 'rolled-back'
  }

  #note(step: Step, change: Omit<StepReport, 'id' | 'direction'>): void {
    const entry = this.#reports.get(step)
    if (entry === undefined) throw new RangeError(`${step.id} is not a step of this plan`)
    entry.report = Object.assign({ id: step.id, direction: step.direction }, change)
  }
}
