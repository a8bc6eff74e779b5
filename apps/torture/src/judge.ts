import Database from 'better-sqlite3'
import type { Project } from './project.ts'
import { runWhimbrel } from './run-whimbrel.ts'
import { type Standing, standingOf } from './standing.ts'

/** A state in which a fault may leave the database. */
export interface LegalState {
  /** How many steps are done; half a step more where one is in doubt. */
  readonly rank: number
  readonly content: string
  readonly records: string
  readonly history: string
}

export type Verdict =
  | { readonly is: 'legal'; readonly rank: number }
  /** `corrupt`: the engine finds damage. `disagrees`: the record says another state than the schema. */
  | { readonly is: 'corrupt' | 'disagrees' | 'illegal'; readonly why: string }

/** Knows every state in which a case may leave its database, from runs that nothing disturbed. */
export class Judge {
  readonly #legal: readonly LegalState[]
  readonly #states: readonly LegalState[]
  /** Contents while a step outside a transaction goes on. */
  readonly #partial: readonly string[]

  static async of(project: Project): Promise<Judge> {
    const states: LegalState[] = []
    const steps = project.steps
    for (let done = 0; done <= steps.length; done += 1) {
      project.reset()
      if (done > 0) await undisturbed(project, done)
      states.push({ rank: done, ...standingOf(project.aside()) })
    }
    const alone = await partialStates(project, states)
    project.reset()
    return new Judge(boundaries(project, states).concat(alone.legal), states, alone.contents)
  }

  private constructor(
    legal: readonly LegalState[],
    states: readonly LegalState[],
    partial: readonly string[],
  ) {
    this.#legal = legal
    this.#states = states
    this.#partial = partial
  }

  /** Steps of the whole case. */
  get last(): number {
    return this.#states.length - 1
  }

  /** `anyPrefix`: also the first few steps, as after an error that ends a run early. */
  look(standing: Standing, { anyPrefix = false } = {}): Verdict {
    const { integrity, content, records, history } = standing
    if (integrity !== 'ok') return { is: 'corrupt', why: integrity }
    const states = anyPrefix ? [...this.#legal, ...this.#states] : this.#legal
    const legal = states.find((state) => state.content === content && state.records === records)
    if (legal === undefined) return this.#wrong(standing)
    // A doubt that was settled leaves more in the history than a run without one.
    if (this.#partial.length === 0 && history !== legal.history) {
      return { is: 'disagrees', why: `the history says:\n${history}\nit must say:\n${legal.history}` }
    }
    return { is: 'legal', rank: legal.rank }
  }

  #wrong({ content, records }: Standing): Verdict {
    const done = this.#states.findIndex((state) => state.content === content)
    const recorded = this.#states.findIndex((state) => state.records === records)
    const what = `the schema is that of ${nameOf(done)}, the records are those of ${nameOf(recorded)}`
    return { is: done === recorded && done >= 0 ? 'illegal' : 'disagrees', why: `${what}:\n${records}` }
  }
}

function nameOf(steps: number): string {
  return steps < 0 ? 'no state' : `${steps} steps`
}

async function undisturbed(project: Project, steps: number): Promise<void> {
  const said = await runWhimbrel(project.job(steps), () => undefined)
  if (said.exitCode !== 0) throw new Error(`A run that nobody disturbed failed: ${said.message}`)
}

/** The states that are a commit: all or nothing, except where steps are committed one by one. */
function boundaries({ of: { mode }, steps }: Project, states: readonly LegalState[]): LegalState[] {
  if (mode === 'each') return [...states]
  const alone = mode === 'none' ? [aloneAt(steps), aloneAt(steps) + 1] : []
  return states.filter(({ rank }) => rank === 0 || rank === steps.length || alone.includes(rank))
}

function aloneAt(steps: readonly string[]): number {
  return steps.findIndex((id) => id.startsWith('004'))
}

/** Of a step outside a transaction each statement may be done; its record counts as many, or one less. */
async function partialStates(
  project: Project,
  states: readonly LegalState[],
): Promise<{ legal: LegalState[]; contents: string[] }> {
  if (project.of.mode !== 'none') return { legal: [], contents: [] }
  const index = aloneAt(project.steps)
  const before = states[index]
  const direction = project.of.operation === 'down' ? 'down' : 'up'
  const migration = project.migrations.find(({ id }) => id === project.steps[index])
  if (before === undefined || migration === undefined) throw new Error('No step stands alone')
  const contents = await contentsAfterEach(project, index, migration[direction])
  const { id } = migration
  const doubt = (progress: number) => {
    const line = `${id} in-doubt ${direction} ${progress}`
    return direction === 'up'
      ? [before.records, line].filter(Boolean).join('\n')
      : before.records.replace(`${id} applied`, line)
  }
  const legal = contents.flatMap((content, done) =>
    [done - 1, done]
      .filter((progress) => progress >= 0)
      .map((progress) => ({ rank: index + 0.5, content, records: doubt(progress), history: before.history })),
  )
  return { legal, contents }
}

async function contentsAfterEach(
  project: Project,
  steps: number,
  statements: readonly string[],
): Promise<string[]> {
  project.reset()
  if (steps > 0) await undisturbed(project, steps)
  const contents = [standingOf(project.aside()).content]
  for (const sql of statements) {
    const database = new Database(project.database)
    database.exec(sql)
    database.close()
    contents.push(standingOf(project.aside()).content)
  }
  return contents
}
