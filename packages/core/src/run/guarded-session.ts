import { MigrateError } from '../migrate-error.ts'
import type { CodeSession } from '../ports/code-session.ts'
import type { Session, SqlValue } from '../ports/driver.ts'
import { checkStatements, type StatementRules } from '../sql/check-statements.ts'
import { AwaitedPromise } from './awaited-promise.ts'
import type { CodeWatch } from './code-watch.ts'

export interface GuardedSessionOptions extends StatementRules {
  /** Whose session it is, for messages: `The before hook of 002_roles`. */
  readonly owner: string
  /** Looks after foreign keys where they are not enforced. */
  readonly watch?: CodeWatch | undefined
}

/** What is lent of a session. */
export type LentSession = Pick<Session, 'execute' | 'query' | 'transaction'>

/** A transaction that has not ended. */
interface OpenTransaction {
  readonly stop: (reason: MigrateError) => void
  running: Promise<unknown>
}

/** Lends a session to code of an application: checks each statement, and takes the session back at the end. */
export class GuardedSession implements CodeSession {
  readonly #session: LentSession
  readonly #options: GuardedSessionOptions
  /** Everything that was begun and has not settled. */
  readonly #pending = new Map<object, Promise<unknown>>()
  /** What was given away and nobody has waited for. */
  readonly #unawaited = new Set<Promise<unknown>>()
  readonly #open: OpenTransaction[] = []
  /** Settles when the statement before has. */
  #turn: Promise<void> = Promise.resolve()
  #statements = 0
  #usedAt = performance.now()
  #ended = false

  constructor(session: LentSession, options: GuardedSessionOptions) {
    this.#session = session
    this.#options = options
  }

  /** For how long no statement has run, in milliseconds. */
  get idleMs(): number {
    return this.#statements > 0 ? 0 : performance.now() - this.#usedAt
  }

  execute(sql: string, params?: readonly SqlValue[]): Promise<void> {
    return this.#statement(sql, () => this.#session.execute(sql, params))
  }

  query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return this.#statement(sql, () => this.#session.query<Row>(sql, params))
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#tracked(async () => {
      this.#checkUsable()
      const { watch } = this.#options
      await watch?.settle()
      // Its owner may have ended meanwhile, and nobody would stop it.
      this.#checkUsable()
      try {
        return await this.#stoppable(work)
      } catch (error) {
        watch?.forget()
        throw error
      }
    })
  }

  /**
   * Takes the session back: refuses everything from now on, waits for the statements that were begun, and undoes the
   * transactions that are open. Returns true where there was one of these, or a call that nobody has waited for.
   */
  async end(): Promise<boolean> {
    this.#ended = true
    const wasBusy = this.#pending.size + this.#unawaited.size > 0
    // What was begun belongs to the transaction that it was begun in.
    await this.#turn
    // From the inside out: a savepoint goes with the one around it, and would not be found any more.
    for (let last = this.#open.at(-1); last !== undefined; last = this.#open.at(-1)) {
      last.stop(this.#usedLate())
      await Promise.allSettled([last.running])
    }
    await Promise.allSettled(this.#pending.values())
    return wasBusy
  }

  /** One after the other, in the order of the calls: code may begin several at once. */
  #statement<T>(sql: string, run: () => Promise<T>): Promise<T> {
    return this.#tracked(async () => {
      this.#checkUsable()
      const result = this.#turn.then(() => this.#run(sql, run))
      this.#turn = result.then(done, done)
      return result
    })
  }

  async #run<T>(sql: string, run: () => Promise<T>): Promise<T> {
    const checked = checkStatements(sql, this.#options)
    const { watch } = this.#options
    this.#statements += 1
    try {
      return await (watch === undefined ? run() : watch.run(checked, run))
    } finally {
      this.#statements -= 1
      this.#usedAt = performance.now()
    }
  }

  async #stoppable<T>(work: () => Promise<T>): Promise<T> {
    let stop: OpenTransaction['stop'] = () => {}
    const stopped = new Promise<never>((_, reject) => {
      stop = reject
    })
    // It may be stopped before its work has begun, when nobody waits for this yet.
    stopped.catch(() => {})
    const transaction: OpenTransaction = { stop, running: stopped }
    const outermost = this.#options.mode === 'none' && this.#open.length === 0
    this.#open.push(transaction)
    try {
      const running = this.#session.transaction(
        async () => Promise.race([work(), stopped]),
        outermost ? { foreignKeys: true } : undefined,
      )
      transaction.running = running
      return await running
    } finally {
      this.#open.splice(this.#open.indexOf(transaction), 1)
    }
  }

  #tracked<T>(work: () => Promise<T>): Promise<T> {
    const key = {}
    const running = (async () => {
      try {
        return await work()
      } finally {
        this.#pending.delete(key)
      }
    })()
    this.#pending.set(key, running)
    // What comes too late has nobody left who would tell of it.
    if (this.#ended) return running
    const call = AwaitedPromise.of(running)
    this.#unawaited.add(call)
    call.onAwaited = () => this.#unawaited.delete(call)
    return call
  }

  #checkUsable(): void {
    if (this.#ended) throw this.#usedLate()
  }

  #usedLate(): MigrateError {
    const { owner } = this.#options
    return new MigrateError('USAGE', `${owner} used its session after it had ended`, {
      hint: 'Await everything that uses the session before returning',
    })
  }
}

function done(): void {}
