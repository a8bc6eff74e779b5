import {
  MigrateError,
  type MigrationRunner,
  type MigrationState,
  type Plan,
  type RunOptions,
} from '@whimbrel/core'
import type { ReleaseStep } from '../plan/release-plan.ts'
import { type Arrival, Member, type MemberResult } from './member.ts'

/** One database of an atomic run. */
export interface AtomicMember {
  readonly name: string
  readonly runner: MigrationRunner
  readonly options?: RunOptions | undefined
}

/** What the databases of a run do together. */
export interface AtomicPlan {
  /** By name; an empty plan where there is nothing to do. */
  readonly plans: ReadonlyMap<string, Plan>
  /** The steps of all plans in one order. */
  readonly steps: readonly ReleaseStep[]
}

/** A database that is ready to be committed. */
export interface PreparedMember {
  readonly name: string
  readonly plan: Plan
  /** How many migrations were applied before. */
  readonly records: number
  readonly backup: string | undefined
}

export interface AtomicRunOptions {
  /** In the order in which they are locked, begun and committed: the same for everybody. */
  readonly members: readonly AtomicMember[]
  /** Plans everything again, from what is there under all locks. What it throws ends the run. */
  readonly plan: (states: ReadonlyMap<string, MigrationState>) => Promise<AtomicPlan>
  /** Writes down durably that all of them are kept. What it throws undoes all. */
  readonly decide: (prepared: readonly PreparedMember[]) => Promise<void>
  /** All of them are committed, and the locks are still held. */
  readonly settle: () => Promise<void>
}

export interface AtomicResult {
  /** From here on all of them were to be kept. */
  readonly decided: boolean
  /** Why nothing was kept, and whose fault it was, where it was that of one database. */
  readonly failure?: { readonly error: unknown; readonly database?: string }
  /** By name; undefined for a database whose run was not begun. */
  readonly members: ReadonlyMap<string, MemberResult | undefined>
}

/** What ended the run of one database. */
class MemberFailed extends Error {
  readonly database: string
  override readonly cause: unknown

  constructor(database: string, cause: unknown) {
    super(database)
    this.database = database
    this.cause = cause
  }
}

/**
 * Conducts the runs of several databases as one: all are locked, begun and applied, every check has passed, and only
 * then is it decided that all are kept; then they are committed one after the other.
 */
export class AtomicRun {
  readonly #options: AtomicRunOptions
  readonly #members: ReadonlyMap<string, Member>
  readonly #states = new Map<string, MigrationState>()
  readonly #backups = new Map<string, string | undefined>()
  /** Those whose run is under way and waits for us; not those that only hold their lock. */
  readonly #waiting = new Set<Member>()

  constructor(options: AtomicRunOptions) {
    this.#options = options
    this.#members = new Map(options.members.map(({ name }) => [name, new Member(name)]))
  }

  /** Never rejects: the result says what became of every database. */
  async carryOut(): Promise<AtomicResult> {
    let decided = false
    let failure: AtomicResult['failure']
    try {
      const plan = await this.#planUnderLocks()
      const active = this.#active(plan)
      await this.#prepare(plan, active)
      await this.#options.decide(this.#prepared(plan, active))
      decided = true
      if (await this.#commit(active)) await this.#options.settle()
    } catch (thrown) {
      failure =
        thrown instanceof MemberFailed
          ? { error: thrown.cause, database: thrown.database }
          : { error: thrown }
      if (!decided) await this.#stopAll(failure)
    }
    return { decided, members: await this.#end(), ...(failure === undefined ? {} : { failure }) }
  }

  async #planUnderLocks(): Promise<AtomicPlan> {
    for (const { name, runner, options } of this.#options.members) {
      const member = this.#memberOf(name)
      const arrival = await this.#reached(member, member.start(runner, options), ['decide'])
      this.#states.set(name, (arrival as Extract<Arrival, { point: 'decide' }>).state)
    }
    return this.#options.plan(this.#states)
  }

  #active({ plans }: AtomicPlan): readonly Member[] {
    return [...this.#members.values()].filter(({ name }) => (plans.get(name)?.steps.length ?? 0) > 0)
  }

  /** Everything up to the decision, one database at a time. */
  async #prepare({ plans, steps }: AtomicPlan, active: readonly Member[]): Promise<void> {
    for (const member of this.#members.values())
      await this.#reached(member, member.go(plans.get(member.name)), ['protect'])
    const idle = [...this.#members.values()].filter((member) => !active.includes(member))
    for (const member of idle) await this.#reached(member, member.go(), ['committed'])
    // Backups come one after the other, and none is taken of a database when another one is refused before.
    for (const member of active) {
      const arrival = await this.#reached(member, member.go(), ['begin'])
      this.#backups.set(member.name, (arrival as Extract<Arrival, { point: 'begin' }>).backup)
    }
    for (const member of active) await this.#reached(member, member.go(), ['turn'])
    for (const { database } of steps) {
      const member = this.#memberOf(database)
      await this.#reached(member, member.go(), ['turn', 'applied'])
    }
    // As late as possible: a connection that was cut while the others had their turns is noticed here.
    for (const member of active) await this.#reached(member, member.go(), ['ready'])
  }

  #prepared({ plans }: AtomicPlan, active: readonly Member[]): readonly PreparedMember[] {
    return active.map(({ name }) => ({
      name,
      plan: plans.get(name) as Plan,
      records: this.#states.get(name)?.applied.length ?? 0,
      backup: this.#backups.get(name),
    }))
  }

  /** A database that fails now does not keep the others back: all are to be at the new state. True where all are. */
  async #commit(active: readonly Member[]): Promise<boolean> {
    let isComplete = true
    for (const member of active) {
      const { point } = await member.go()
      if (point !== 'committed') this.#waiting.delete(member)
      isComplete &&= point === 'committed'
    }
    return isComplete
  }

  async #stopAll({ database }: NonNullable<AtomicResult['failure']>): Promise<void> {
    for (const member of [...this.#waiting].reverse()) await member.stop(undone(member.name, database))
    this.#waiting.clear()
  }

  async #end(): Promise<ReadonlyMap<string, MemberResult | undefined>> {
    // Whatever an application does at the end of its run, all locks are held meanwhile.
    for (const member of this.#waiting) await member.go()
    const results = new Map<string, MemberResult | undefined>()
    for (const [name, member] of this.#members) results.set(name, await member.end())
    return results
  }

  /** Where a database arrives, as long as it is one of these points; anything else is the end of the run. */
  async #reached(
    member: Member,
    arriving: Promise<Arrival>,
    points: readonly Arrival['point'][],
  ): Promise<Arrival> {
    const arrival = await arriving
    if (arrival.point === 'ended' || arrival.point === 'leave') this.#waiting.delete(member)
    else this.#waiting.add(member)
    if (points.includes(arrival.point)) return arrival
    const error = 'error' in arrival ? arrival.error : undefined
    throw new MemberFailed(member.name, error ?? unexpected(member.name, arrival))
  }

  #memberOf(name: string): Member {
    const member = this.#members.get(name)
    if (member === undefined) throw new RangeError(`${name} is not a database of this run`)
    return member
  }
}

function undone(name: string, failed: string | undefined): MigrateError {
  const why = failed === undefined ? 'the run as a whole was refused' : `${failed} failed`
  return new MigrateError('RELEASE_UNDONE', `${name} was left as it was, because ${why}`, {
    hint: 'Correct what the other error names, then run the command again',
    details: { database: name, failed },
  })
}

function unexpected(name: string, { point }: Arrival): MigrateError {
  return new MigrateError('INTERNAL', `The run of ${name} came to "${point}" out of turn`, {
    hint: 'Report this with the command and its output: it is an error of Whimbrel',
  })
}
