import { existsSync, readFileSync } from 'node:fs'
import { type Standing, standingOf } from '../standing.ts'
import type { ReleaseProject } from './release-project.ts'
import { runnerOfCase } from './release-runners.ts'

/** What is wrong, and what was seen. */
export interface Wrong {
  readonly wrong: string
  readonly why: string
}

/** What a fault has left. */
export interface Found {
  /** Names of the databases that are at the new state; the others are at the old one. */
  readonly migrated: readonly string[]
  /** What the run journal of the coordinator says. */
  readonly decision: 'none' | 'forward' | 'back'
}

/** What an interrupted release must come to. */
export interface Expected {
  /** Somebody had been told of the decision or of a commit before. */
  readonly acknowledged: boolean
  /** Going forward was made impossible, so that everything has to be taken back. */
  readonly back?: boolean
}

/**
 * Knows the two states of every database, the one before the release and the one after it, from runs that nobody
 * disturbed. All databases have to end in the same one, and in that which the run journal has decided.
 */
export class ReleaseJudge {
  readonly #project: ReleaseProject
  readonly #old: ReadonlyMap<string, Standing>
  readonly #new: ReadonlyMap<string, Standing>

  static async of(project: ReleaseProject): Promise<ReleaseJudge> {
    project.reset()
    const before = standings(project)
    const said = await runnerOfCase(project.of)(project.job('up'), () => undefined)
    if ((said.exitCode === 0) === project.of.fails)
      throw new Error(`An undisturbed release says ${said.exitCode}: ${said.message}`)
    const after = standings(project)
    project.reset()
    return new ReleaseJudge(project, before, after)
  }

  private constructor(
    project: ReleaseProject,
    before: ReadonlyMap<string, Standing>,
    after: ReadonlyMap<string, Standing>,
  ) {
    this.#project = project
    this.#old = before
    this.#new = after
  }

  /**
   * What is there now. Each database is wholly old or wholly new, and without a decision all of them are the same.
   * `back`: the history tells of steps that were taken back.
   */
  look({ back = false } = {}): Found | Wrong {
    const migrated: string[] = []
    for (const name of this.#project.names) {
      const standing = standingOf(this.#project.aside(name))
      if (standing.integrity !== 'ok') return { wrong: 'corrupt', why: `${name}: ${standing.integrity}` }
      const isOld = isSame(standing, this.#old.get(name), back)
      if (!isOld && !isSame(standing, this.#new.get(name), back))
        return { wrong: 'disagrees', why: `${name}:\n${standing.records}\n${standing.history}` }
      if (!isOld) migrated.push(name)
    }
    const decision = this.decision()
    if (decision === 'torn') return { wrong: 'torn journal', why: this.#project.journals().join() }
    const isMixed = migrated.length > 0 && migrated.length < this.#project.names.length
    if (isMixed && decision === 'none')
      return { wrong: 'half', why: `new without a decision: ${migrated.join(', ')}` }
    return { migrated, decision }
  }

  /** What stands beside the coordinator, read without the code under test. */
  decision(): Found['decision'] | 'torn' {
    const path = `${this.#project.path(this.#project.inOrder[0] ?? '')}.run`
    if (!existsSync(path)) return 'none'
    try {
      const { decision } = JSON.parse(readFileSync(path, 'utf8'))
      return decision === 'forward' || decision === 'back' ? decision : 'torn'
    } catch {
      return 'torn'
    }
  }

  /** Runs the recovery with nobody in its way, looks whether it does what was decided, then runs the release again. */
  async settle(found: Found, { acknowledged, back = false }: Expected): Promise<Wrong | undefined> {
    const isNew = !back && (found.decision === 'forward' || this.#isAll(found))
    if (acknowledged && !isNew && !back)
      return { wrong: 'lost', why: `it had been told, and is not there: ${found.migrated.join()}` }
    const recovered = await this.#run('recover')
    if (recovered.exitCode !== 0)
      return { wrong: 'stuck', why: `recovery says ${recovered.code}: ${recovered.message}` }
    const when = `after recovery of ${describe(found)} (${recovered.message})`
    return this.#expect(isNew, { when, back }) ?? this.#end(back)
  }

  /** The same release once more: all new, and nothing is left beside the databases. */
  async #end(back: boolean): Promise<Wrong | undefined> {
    const { of } = this.#project
    this.#project.edit(false)
    const said = await this.#run('up')
    if ((said.exitCode === 0) === of.fails)
      return { wrong: 'stuck', why: `the next run says ${said.exitCode} ${said.code}: ${said.message}` }
    const journals = this.#project.journals()
    if (journals.length > 0) return { wrong: 'left behind', why: journals.join() }
    return this.#expect(!of.fails, { when: 'after the next run', back })
  }

  #expect(isNew: boolean, { when, back }: { when: string; back: boolean }): Wrong | undefined {
    const now = this.look({ back })
    if ('wrong' in now) return { ...now, why: `${when}: ${now.why}` }
    const count = now.migrated.length
    if (count !== (isNew ? this.#project.names.length : 0))
      return { wrong: isNew ? 'not finished' : 'not old', why: `${when}: new are ${now.migrated.join()}` }
    const journals = this.#project.journals().filter((file) => file.endsWith('.run'))
    return journals.length === 0 ? undefined : { wrong: 'left behind', why: `${when}: ${journals.join()}` }
  }

  #isAll({ migrated }: Found): boolean {
    return migrated.length === this.#project.names.length
  }

  #run(command: 'recover' | 'up') {
    return runnerOfCase(this.#project.of)(this.#project.job(command), () => undefined)
  }
}

/** For the tables: how far the release had come. */
export function describe({ migrated, decision }: Found): string {
  if (decision === 'none') return migrated.length === 0 ? 'undecided, all old' : 'over, all new'
  return `decided${decision === 'back' ? ' to go back' : ''}, ${migrated.length} new`
}

function standings(project: ReleaseProject): ReadonlyMap<string, Standing> {
  return new Map(project.names.map((name) => [name, standingOf(project.aside(name))]))
}

function isSame(one: Standing, other: Standing | undefined, anyHistory: boolean): boolean {
  if (one.content !== other?.content || one.records !== other.records) return false
  return anyHistory || one.history === other.history
}
