import type {
  Coordination,
  MigrateError,
  MigrationRunner,
  MigrationState,
  Plan,
  RunOptions,
  RunReport,
  Step,
} from '@whimbrel/core'

/** Where the run of a database is and waits. */
export type Arrival =
  | { readonly point: 'decide'; readonly state: MigrationState }
  | { readonly point: 'protect' }
  | { readonly point: 'begin'; readonly backup: string | undefined }
  | { readonly point: 'turn'; readonly step: Step }
  | { readonly point: 'applied' }
  | { readonly point: 'ready' }
  | { readonly point: 'committed' }
  /** It is over, and holds only its lock; with the error where it failed. */
  | { readonly point: 'leave'; readonly error?: unknown }
  /** It never got as far as that. */
  | { readonly point: 'ended'; readonly error?: unknown }

/** How the run of a database ended. */
export type MemberResult =
  | { readonly report: RunReport; readonly error?: undefined }
  | { readonly report?: undefined; readonly error: unknown }

interface Waiting {
  readonly resolve: (value: Plan | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * One database of an atomic run. Its own run goes from one point to the next; at each it waits until whoever conducts
 * all of them lets it go on or stops it.
 */
export class Member implements Coordination {
  readonly name: string
  readonly #arrivals: Arrival[] = []
  #noticed: (() => void) | undefined
  #waiting: Waiting | undefined
  #result: Promise<MemberResult> | undefined

  constructor(name: string) {
    this.name = name
  }

  /** Begins the run of the database: it takes the lock and arrives at `decide`. */
  start(runner: MigrationRunner, options: RunOptions = {}): Promise<Arrival> {
    this.#result = runner.join(this, options).then(
      (report) => ({ report }),
      (error: unknown) => ({ error }),
    )
    void this.#result.then(({ error }) => this.#arrived({ point: 'ended', error }))
    return this.#next()
  }

  /** Lets it go on, and returns where it arrives next. */
  go(plan?: Plan): Promise<Arrival> {
    this.#take()?.resolve(plan)
    return this.#next()
  }

  /** Makes it undo everything, and returns where it arrives then: at `leave`, or `ended`. */
  stop(error: MigrateError): Promise<Arrival> {
    this.#take()?.reject(error)
    return this.#next()
  }

  /** Lets it give back its lock. Also for one that was never started. */
  async end(): Promise<MemberResult | undefined> {
    this.#take()?.resolve(undefined)
    return this.#result
  }

  async decide(state: MigrationState): Promise<Plan> {
    return (await this.#wait({ point: 'decide', state })) as Plan
  }

  async protect(): Promise<void> {
    await this.#wait({ point: 'protect' })
  }

  async begin({ backup }: { readonly backup?: string | undefined }): Promise<void> {
    await this.#wait({ point: 'begin', backup })
  }

  async turn(step: Step): Promise<void> {
    await this.#wait({ point: 'turn', step })
  }

  async applied(): Promise<void> {
    await this.#wait({ point: 'applied' })
  }

  async ready(): Promise<void> {
    await this.#wait({ point: 'ready' })
  }

  async committed(): Promise<void> {
    await this.#wait({ point: 'committed' })
  }

  async leave(error?: unknown): Promise<void> {
    await this.#wait({ point: 'leave', error })
  }

  #wait(arrival: Arrival): Promise<Plan | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#arrived(arrival)
    })
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting
    this.#waiting = undefined
    return waiting
  }

  #arrived(arrival: Arrival): void {
    this.#arrivals.push(arrival)
    this.#noticed?.()
  }

  async #next(): Promise<Arrival> {
    if (this.#arrivals.length === 0) {
      await new Promise<void>((resolve) => {
        this.#noticed = resolve
      })
    }
    this.#noticed = undefined
    return this.#arrivals.shift() as Arrival
  }
}
