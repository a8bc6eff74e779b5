import type { LoadedMigrations, MigrateError, Session, Step } from '@whimbrel/core'
import type { CheckOptions } from './check-migrations.ts'
import type { CheckedMigration } from './checked-migration.ts'
import { Cycle, type CycleWork, UpFailed } from './cycle.ts'
import { CycleFindings } from './cycle-findings.ts'
import { factualScript } from './factual-script.ts'
import { isAboutValues } from './is-about-values.ts'
import { runnableScript } from './runnable-script.ts'
import { ScratchPlace } from './scratch-place.ts'

export interface WalkOptions extends CheckOptions {
  readonly scripts: LoadedMigrations['scripts']
}

/** An up that failed, and whether that may only be because of rows that were made up. */
interface Refusal {
  readonly index: number
  readonly reason: MigrateError
}

/** Goes through migrations in order, on one scratch database. */
export class Walk {
  readonly #options: WalkOptions
  readonly #checked: CheckedMigration[] = []
  /** The up that is tried again without made-up rows, because it failed with them. */
  #refused: Refusal | undefined

  constructor(options: WalkOptions) {
    this.#options = options
  }

  async run(steps: readonly Step[]): Promise<readonly CheckedMigration[]> {
    while (!(await this.#walked(steps))) {
      // Once more from the beginning, and without made-up rows as far as the migration that does not take them.
    }
    const rest = steps.slice(this.#checked.length).map(({ id, migration: { file } }): CheckedMigration => {
      const notes = [`${this.#checked.at(-1)?.id} failed, so nothing after it could be checked`]
      return { id, file, outcome: 'unchecked', findings: [], notes }
    })
    return [...this.#checked, ...rest]
  }

  /** False where the walk has to begin again. */
  async #walked(steps: readonly Step[]): Promise<boolean> {
    const { driver, signal, rows } = this.#options
    const { dialect } = driver
    const place = await ScratchPlace.open(async () => (await driver.scratch?.()) as Session)
    const cycle = new Cycle({ place, dialect, signal, rows })
    let index = 0
    try {
      for (const step of steps) {
        await this.#take(step, { index, cycle })
        index += 1
      }
      return true
    } catch (error) {
      if (!(error instanceof UpFailed)) throw error
      return this.#ended(steps, { index, reason: error.reason, cycle })
    } finally {
      await place.close()
    }
  }

  async #take(step: Step, { index, cycle }: { index: number; cycle: Cycle }): Promise<void> {
    const work = await this.#workOf(step)
    if (index < this.#checked.length) {
      await cycle.apply(work)
      return
    }
    const reason = this.#refused?.index === index ? this.#refused.reason : undefined
    const checked = await cycle.check(work, { fillsAll: reason !== undefined })
    this.#checked.push(reason === undefined ? checked : withRefusal(checked, work, reason))
  }

  /** Nothing can come after a migration that cannot be applied, unless that was because of made-up rows. */
  #ended(steps: readonly Step[], { index, reason, cycle }: Refusal & { cycle: Cycle }): boolean {
    if (cycle.hasMadeRows) {
      this.#refused = { index, reason }
      return false
    }
    // One before the refused one, which needs rows: then that is as far as it goes.
    const failed =
      this.#refused !== undefined && index < this.#refused.index ? this.#refused : { index, reason }
    const { id, migration } = steps[failed.index] as Step
    const findings = [new CycleFindings(migration).failed('up', failed.reason)]
    this.#checked.push({ id, file: migration.file, outcome: 'unchecked', findings, notes: [] })
    return true
  }

  async #workOf(step: Step): Promise<CycleWork> {
    const { dialect } = this.#options.driver
    const { up, down } = await this.#options.scripts.get(step.migration.version)
    const runnable = runnableScript(up, dialect)
    const back = step.migration.reversible && down !== undefined ? runnableScript(down, dialect) : undefined
    return {
      step,
      up: factualScript(runnable.script, dialect),
      down: back && factualScript(back.script, dialect),
      leftOut: [...runnable.leftOut, ...(back?.leftOut ?? [])],
    }
  }
}

function withRefusal(
  checked: CheckedMigration,
  { step, up }: CycleWork,
  reason: MigrateError,
): CheckedMigration {
  if (isAboutValues(reason, up.script)) {
    const note = `Its up refuses rows that its tables allowed until then, so it was checked with the rows of the migrations alone (${reason.message})`
    return { ...checked, notes: [...checked.notes, note] }
  }
  const hint =
    'Write the up so that it works on tables with rows: give a new NOT NULL column a default, or rebuild the table'
  const finding = new CycleFindings(step.migration).failed('up', reason, hint)
  // Applied again it meets rows, too, and fails for the same reason.
  const others = checked.findings.filter(({ code }) => code !== 'UP_FAILS_AGAIN')
  return { ...checked, findings: [finding, ...others] }
}
