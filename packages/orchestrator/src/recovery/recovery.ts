import type { Lock, MigrationRunner, MigrationState, RunOptions } from '@whimbrel/core'
import { type AtomicResult, AtomicRun } from '../atomic/atomic-run.ts'
import { isBeside, removeJournals, replaceDecision } from '../journal/journals.ts'
import type { JournalDatabase, ReleaseJournal } from '../journal/release-journal.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { MatchedDatabase, PlacedDatabase } from './matching.ts'
import { fileMissing, isPermanent, isUseless, leftToOthers, stuck } from './recovery-errors.ts'
import { planBack, planForward } from './recovery-plan.ts'
import type { RecoveryReport } from './recovery-report.ts'
import { type RestoredBackup, recoveryReport } from './report-recovery.ts'
import { settlePrepared } from './settle-prepared.ts'
import { isRecorded, standingOf } from './standing.ts'
import { firstImpossible, plansOf, together, type Verdict } from './verdict.ts'
import { writtenDecision } from './written-decision.ts'

export interface RecoveryOptions {
  readonly journal: ReleaseJournal
  /** All databases of the run, in its order. */
  readonly matched: readonly MatchedDatabase[]
  /** Those that are known here, in the order in which they are locked. */
  readonly order: readonly ReleaseDatabase[]
  /** Beside which the journal was found. */
  readonly found: PlacedDatabase
  readonly runnerOf: (database: ReleaseDatabase) => MigrationRunner
  readonly lock: (database: ReleaseDatabase) => Promise<Lock>
}

/** One database of the run that is known here. */
interface Participant {
  readonly entry: JournalDatabase
  readonly database: ReleaseDatabase
}

/**
 * Brings an interrupted run over several databases to its end, under the locks of all of them. The records of each
 * database say where it stands. What is missing is run; where that is impossible, what was committed is taken back.
 */
export class Recovery {
  readonly #options: RecoveryOptions
  readonly #participants: readonly Participant[]
  /** Why the way back by the downs has failed, by database. */
  readonly #failedDowns = new Map<string, string>()

  constructor(options: RecoveryOptions) {
    this.#options = options
    this.#participants = options.order.map((database) => {
      const { entry } = options.matched.find((each) => each.database === database) as MatchedDatabase
      return { entry, database }
    })
  }

  /**
   * Undefined where somebody else has seen to it meanwhile. Throws RUN_UNFINISHED where the run can neither be finished
   * nor taken back, and what keeps it from that for the moment: LOCK_TIMEOUT, DATABASE_FULL and the like.
   */
  async carryOut(): Promise<RecoveryReport | undefined> {
    await this.#refuseMissingFiles()
    await this.#settlePrepared()
    const forward = await this.#pass('forward')
    if (forward.failure === undefined) return this.#reported(forward)
    const reason = forward.impossible ?? reasonOf(forward.failure)
    if (reason === undefined) throw forward.failure.error
    let back = await this.#pass('back', reason)
    while (this.#hasOtherWay(back.failure)) back = await this.#pass('back', reason)
    if (back.failure !== undefined) throw this.#stuckOr(back.failure, reason)
    return this.#reported(back, reason)
  }

  /** Where a down fails, the backup of the run is left. */
  #hasOtherWay(failure: AtomicResult['failure']): boolean {
    if (failure?.database === undefined || !isPermanent(failure.error)) return false
    const { database, error } = failure
    if (this.#failedDowns.has(database) || this.#backupOf(database) === undefined) return false
    this.#failedDowns.set(database, error.message)
    return true
  }

  /** What the way back fails with may be for good, too. */
  #stuckOr({ error, database }: NonNullable<AtomicResult['failure']>, reason: string): unknown {
    if (database === undefined || !isPermanent(error)) return error
    const back = `${database} cannot be taken back either: ${error.message}`
    return stuck(this.#options.journal, [reason, back])
  }

  #reported({ verdict, restored, members }: Pass, reason?: string): RecoveryReport | undefined {
    return verdict && recoveryReport(verdict, { ...this.#options, restored, members, reason })
  }

  /** What would be made anew by opening it must not pass for a database that has nothing of the run. */
  async #refuseMissingFiles(): Promise<void> {
    const { journal } = this.#options
    for (const { entry, database } of this.#participants) {
      const { driver } = database
      if (entry.creates || (await driver.exists())) continue
      throw fileMissing(journal, entry.name, driver.location)
    }
  }

  /** Before anything is read that they lock. */
  async #settlePrepared(): Promise<void> {
    await settlePrepared(this.#options, {
      databases: this.#options.order,
      ending: async () => (await this.#ending(await this.#statesNow())) ?? 'back',
    })
  }

  /** What was decided, as it is written or as the records tell; undefined where nothing was. Throws RUN_UNFINISHED. */
  async #ending(
    states: ReadonlyMap<string, MigrationState>,
  ): Promise<ReleaseJournal['decision'] | undefined> {
    const written = await writtenDecision(this.#options)
    const decision = written.decision ?? this.#recordedDecision(states)
    if (decision === undefined && !written.isKnown)
      throw leftToOthers(this.#options.journal, [written.coordinator])
    return decision
  }

  async #statesNow(): Promise<ReadonlyMap<string, MigrationState>> {
    const states = new Map<string, MigrationState>()
    for (const { entry, database } of this.#participants)
      states.set(database.name, await this.#options.runnerOf(database).state(versionsOf(entry)))
    return states
  }

  async #pass(wanted: 'forward' | 'back', reason?: string): Promise<Pass> {
    let verdict: Verdict | undefined
    let restored: Pass['restored'] = new Map()
    let impossible: string | undefined
    const run = new AtomicRun({
      members: this.#participants.map(({ entry, database }) => ({
        name: database.name,
        runner: this.#options.runnerOf(database),
        options: versionsOf(entry),
      })),
      plan: async (states) => {
        verdict = await this.#verdict(states, wanted)
        impossible = wanted === 'forward' ? firstImpossible(verdict) : undefined
        if (impossible !== undefined) throw new RangeError(impossible)
        if (verdict.kind === 'back') this.#refuseStuck(verdict, reason)
        return together(verdict, this.#options.order)
      },
      decide: async () => {
        if (verdict?.kind !== 'back') return
        // Before anything is committed: a backup that cannot be restored leaves everything as it is.
        restored = await this.#restore(verdict, reason)
        await replaceDecision({ ...this.#options.journal, decision: 'back' }, this.#named())
      },
      settle: async () => {
        if (verdict?.kind !== 'gone') await this.#clear()
      },
    })
    const result = await run.carryOut()
    return { verdict, restored, impossible, failure: failureOf(result), members: result.members }
  }

  /** Reads the journals again, now that nobody else can be at it, and plans what each database needs. */
  async #verdict(states: ReadonlyMap<string, MigrationState>, wanted: 'forward' | 'back'): Promise<Verdict> {
    const { journal, found } = this.#options
    if (!(await isBeside(journal, found.database))) return { kind: 'gone' }
    const decision = await this.#ending(states)
    if (decision === undefined) return { kind: 'undecided' }
    const kind = decision === 'back' ? 'back' : wanted
    const plans = new Map(
      this.#participants.map(({ entry, database }) => {
        const state = states.get(database.name) as MigrationState
        const { runId, environment } = journal
        const context = { runId, environment, engine: database.driver.dialect.name }
        const failed = kind === 'back' ? this.#failedDowns.get(database.name) : undefined
        if (failed !== undefined) return [database.name, { impossible: failed }] as const
        return [database.name, (kind === 'back' ? planBack : planForward)(entry, state, context)] as const
      }),
    )
    return { kind, plans }
  }

  /**
   * What the records tell where the coordinator has no journal: somebody has removed it, or a loss of power has brought
   * back the others after the run was over. Nothing is committed before the decision.
   */
  #recordedDecision(states: ReadonlyMap<string, MigrationState>): ReleaseJournal['decision'] | undefined {
    const { journal } = this.#options
    const standings = this.#participants.map(({ entry, database }) => {
      const { applied } = states.get(database.name) as MigrationState
      return standingOf(entry, { applied, runId: journal.runId })
    })
    return isRecorded(standings) ? journal.decision : undefined
  }

  #refuseStuck(verdict: Verdict, reason: string | undefined): void {
    const { journal, matched } = this.#options
    const unknown = matched.filter(({ database }) => database === undefined).map(({ entry }) => entry.name)
    const reasons = unknown.map(
      (name) => `${name} is not in this manifest, so it cannot be taken back with the others`,
    )
    for (const [name, { impossible }] of plansOf(verdict)) {
      if (impossible !== undefined && this.#backupOf(name) === undefined)
        reasons.push(`${name} cannot be taken back either: ${impossible}, and no backup was taken before`)
    }
    if (reasons.length > 0) throw stuck(journal, reason === undefined ? reasons : [reason, ...reasons])
  }

  /** Puts the backups of those in the place that have no other way back. */
  async #restore(verdict: Verdict, reason: string | undefined): Promise<ReadonlyMap<string, RestoredBackup>> {
    const restored = new Map<string, RestoredBackup>()
    for (const { database } of this.#participants) {
      const { name } = database
      const path = this.#backupOf(name)
      if (path === undefined || plansOf(verdict).get(name)?.impossible === undefined) continue
      try {
        restored.set(name, { path, ...(await database.restoreBackup?.(path)) })
      } catch (error) {
        if (!isUseless(error)) throw error
        const reasons = [`${name} cannot be taken back either: ${error.message}`]
        throw stuck(this.#options.journal, reason === undefined ? reasons : [reason, ...reasons])
      }
    }
    return restored
  }

  #backupOf(name: string): string | undefined {
    const { entry, database } = this.#participants.find((each) => each.database.name === name) as Participant
    return database.restoreBackup === undefined ? undefined : entry.backup
  }

  /** Where a database of the run is not known here, the decision stays for those who know it. */
  async #clear(): Promise<void> {
    const { journal, matched } = this.#options
    const isWhole = matched.every(({ database }) => database !== undefined)
    const databases = this.#named()
    await removeJournals(
      journal,
      isWhole ? databases : databases.filter(({ name }) => name !== journal.coordinator),
    )
  }

  /** By the names that they have in the journal. */
  #named(): readonly ReleaseDatabase[] {
    return this.#participants.map(({ entry, database }) => ({ ...database, name: entry.name }))
  }
}

interface Pass {
  readonly verdict: Verdict | undefined
  readonly restored: ReadonlyMap<string, RestoredBackup>
  readonly impossible: string | undefined
  readonly failure: AtomicResult['failure']
  readonly members: AtomicResult['members']
}

function reasonOf(failure: AtomicResult['failure']): string | undefined {
  if (failure === undefined || !isPermanent(failure.error)) return undefined
  const { database, error } = failure
  return database === undefined ? error.message : `${database} cannot go forward: ${error.message}`
}

/** Also where the decision was carried out and a commit failed afterwards. */
function failureOf({ failure, members }: AtomicResult): AtomicResult['failure'] {
  if (failure !== undefined) return failure
  for (const [database, result] of members) {
    if (result?.error !== undefined) return { database, error: result.error }
  }
  return undefined
}

/** Of other migrations no file is read: a wrong one must not keep a decided run from its end. */
function versionsOf({ steps, records }: JournalDatabase): RunOptions {
  return {
    only: ({ applied, available }) =>
      applied.length < records
        ? available.map(({ version }) => version)
        : steps.map(({ version }) => version),
  }
}
