import type { Finding } from '../model/finding.ts'
import type { RunEvent } from './events.ts'
import { isThenable } from './is-thenable.ts'
import type { RunReport } from './run-report.ts'

/** Tells a listener of an application what happens, without letting it change what happens. */
export class Listener {
  readonly #listen: ((event: RunEvent) => unknown) | undefined
  #failure: Finding | undefined

  constructor(listen: ((event: RunEvent) => unknown) | undefined) {
    this.#listen = listen
  }

  readonly tell = (event: RunEvent): void => {
    try {
      const result = this.#listen?.(event)
      if (isThenable(result)) result.then(undefined, (error: unknown) => this.#failed(event, error))
    } catch (error) {
      this.#failed(event, error)
    }
  }

  /** Tells of the end of the run. Returns its report, with the first failure of the listener among the findings. */
  finished(report: RunReport): RunReport {
    this.tell({ type: 'run-finished', report: this.#complete(report) })
    return this.#complete(report)
  }

  #complete(report: RunReport): RunReport {
    if (this.#failure === undefined) return report
    return { ...report, findings: [...report.findings, this.#failure] }
  }

  #failed({ type }: RunEvent, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    this.#failure ??= {
      code: 'LISTENER_FAILED',
      message: `The listener of events failed at ${type}: ${message}`,
      hint: 'Correct the function given as onEvent; the run went on without regard to it',
      blocking: false,
      details: { event: type, error },
    }
  }
}
