import type { MigrationRunner, MigrationState, Plan, RunOptions } from '@whimbrel/core'
import { type AtomicPlan, type AtomicResult, AtomicRun, type PreparedMember } from '../atomic/atomic-run.ts'
import { journalDatabase } from '../journal/journal-database.ts'
import { removeJournals, writeDecision } from '../journal/journals.ts'
import type { JournalDatabase, ReleaseJournal } from '../journal/release-journal.ts'
import type { ReleasePlan } from '../plan/release-plan.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { ReleaseEvent } from '../release-event.ts'
import { tell } from '../tell.ts'

export interface AtomicPhaseOptions {
  /** In the order in which they are locked. */
  readonly databases: readonly ReleaseDatabase[]
  readonly runnerOf: (database: ReleaseDatabase) => MigrationRunner
  readonly runId: string
  readonly by: string
  readonly environment: string | undefined
  /** Plans these databases from their states under the locks. Throws where that is refused. */
  readonly plan: (states: ReadonlyMap<string, MigrationState>) => Promise<ReleasePlan>
  /** Which files of a database are read. */
  readonly reading: (database: string) => RunOptions
  readonly onEvent?: ((event: ReleaseEvent) => unknown) | undefined
}

/** Runs the steps of several databases as one: all are kept or none. */
export class AtomicPhase {
  readonly #options: AtomicPhaseOptions
  readonly #startedAt = new Date().toISOString()
  readonly #creates = new Map<string, boolean>()
  #journal: ReleaseJournal | undefined

  constructor(options: AtomicPhaseOptions) {
    this.#options = options
  }

  async carryOut(): Promise<AtomicResult> {
    const { databases, runnerOf, reading } = this.#options
    for (const { name, driver } of databases) this.#creates.set(name, !(await driver.exists()))
    const run = new AtomicRun({
      members: databases.map((database) => ({
        name: database.name,
        runner: runnerOf(database),
        options: reading(database.name),
      })),
      plan: (states) => this.#plan(states),
      decide: (prepared) => this.#decide(prepared),
      settle: () => this.#settle(),
    })
    return run.carryOut()
  }

  async #plan(states: ReadonlyMap<string, MigrationState>): Promise<AtomicPlan> {
    const { runId, plan, onEvent } = this.#options
    const planned = await plan(states)
    tell(onEvent, { type: 'release-started', runId, plan: planned })
    return {
      plans: new Map<string, Plan>(planned.parts.map(({ database, plan: own }) => [database, own])),
      steps: planned.phases.flatMap(({ steps }) => steps),
    }
  }

  /** One database needs no decision: its own commit is one. */
  async #decide(prepared: readonly PreparedMember[]): Promise<void> {
    const { runId, onEvent } = this.#options
    const names = prepared.map(({ name }) => name)
    const databases = await this.#lasting(prepared)
    if (databases.length > 1) {
      this.#journal = this.#journalOf(databases)
      await writeDecision(this.#journal, this.#known(databases.map(({ name }) => name)))
    }
    tell(onEvent, { type: 'release-decided', runId, databases: names })
  }

  /** What outlasts this process: a database in memory is as new as the next one, whatever becomes of the others. */
  async #lasting(prepared: readonly PreparedMember[]): Promise<readonly JournalDatabase[]> {
    const databases: JournalDatabase[] = []
    for (const { name, plan, records, backup } of prepared) {
      const { driver } = this.#databaseOf(name)
      const place = await driver.runJournal?.place()
      if (place === undefined) continue
      const { location } = driver
      const engine = driver.dialect.name
      const creates = this.#creates.get(name) === true
      databases.push(journalDatabase({ name, place, engine, location, creates, records, plan, backup }))
    }
    return databases
  }

  #journalOf(databases: readonly JournalDatabase[]): ReleaseJournal {
    const { runId, by, environment } = this.#options
    const coordinator = databases[0]?.name ?? ''
    const about = {
      runId,
      startedAt: this.#startedAt,
      by,
      ...(environment === undefined ? {} : { environment }),
    }
    return { ...about, coordinator, decision: 'forward', databases }
  }

  /** What stays behind is found and taken away by the next command: all databases are at the new state. */
  async #settle(): Promise<void> {
    const journal = this.#journal
    if (journal === undefined) return
    const names = journal.databases.map(({ name }) => name)
    await removeJournals(journal, this.#known(names)).catch(() => undefined)
  }

  #known(names: readonly string[]): readonly ReleaseDatabase[] {
    return this.#options.databases.filter(({ name }) => names.includes(name))
  }

  #databaseOf(name: string): ReleaseDatabase {
    return this.#options.databases.find((database) => database.name === name) as ReleaseDatabase
  }
}
