import type { Outcome } from '../campaign.ts'
import { runRelease } from '../release/run-release.ts'
import type { Obeyed } from '../victim-process.ts'
import type { EnginesProject } from './engines-project.ts'

type Found = { readonly wrong: string; readonly why: string } | { readonly migrated: readonly string[] }

/**
 * Knows the state of every database before and after a release that nobody disturbed. It looks when the recovery has
 * run, and not before: a server may still be at the last statement of the process that was killed.
 */
export class EnginesJudge {
  readonly #project: EnginesProject
  readonly #old: ReadonlyMap<string, string>
  readonly #new: ReadonlyMap<string, string>

  static async of(project: EnginesProject): Promise<EnginesJudge> {
    await project.reset()
    const before = await standings(project)
    const said = await runRelease(project.job('up'), () => undefined)
    if (said.exitCode !== 0) throw new Error(`An undisturbed release says ${said.code}: ${said.message}`)
    return new EnginesJudge(project, before, await standings(project))
  }

  private constructor(
    project: EnginesProject,
    before: ReadonlyMap<string, string>,
    after: ReadonlyMap<string, string>,
  ) {
    this.#project = project
    this.#old = before
    this.#new = after
  }

  /** One recovery, then all have to be old or all new; then the release once more, and all have to be new. */
  async judge({ said, committed }: Obeyed): Promise<Outcome> {
    const hit = said === undefined
    const recovered = await runRelease(this.#project.job('recover'), () => undefined)
    if (recovered.exitCode !== 0)
      return { hit, states: 1, wrong: 'stuck', why: `recovery says ${recovered.code}: ${recovered.message}` }
    const found = await this.#look()
    if ('wrong' in found) return { hit, states: 1, ...found }
    const count = found.migrated.length
    const wasTold = committed.length > 0 || said?.exitCode === 0
    const { together } = this.#project
    if (count > 0 && count < together.length)
      return { hit, states: 1, wrong: 'half', why: `${recovered.message}: new are ${found.migrated.join()}` }
    if (wasTold && count === 0) return { hit, states: 1, wrong: 'lost', why: committed.join() }
    const left = recovered.message || (count > 0 ? 'over, all new' : 'all old, no journal')
    return { hit, states: 1, left, ...(await this.#again(count > 0)) }
  }

  async #again(isNew: boolean): Promise<Partial<Outcome>> {
    const said = await runRelease(this.#project.job('up'), () => undefined)
    // What stands alone and cannot be undone may be in doubt: then everything before it was kept.
    if (said.code === 'IN_DOUBT' && isNew) return {}
    if (said.exitCode !== 0) return { wrong: 'stuck', why: `the next run says ${said.code}: ${said.message}` }
    const journals = await this.#project.journals()
    if (journals.length > 0) return { wrong: 'left behind', why: journals.join() }
    for (const name of this.#project.together)
      if ((await this.#project.standing(name)) !== this.#new.get(name))
        return {
          wrong: 'disagrees',
          why: `after the next run ${name}: ${await this.#project.standing(name)}`,
        }
    return {}
  }

  async #look(): Promise<Found> {
    const migrated: string[] = []
    for (const name of this.#project.together) {
      const standing = await this.#project.standing(name)
      if (standing === this.#new.get(name)) migrated.push(name)
      else if (standing !== this.#old.get(name)) return { wrong: 'disagrees', why: `${name}: ${standing}` }
    }
    const journals = await this.#project.journals()
    if (journals.length > 0) return { wrong: 'left behind', why: `after the recovery: ${journals.join()}` }
    return { migrated }
  }
}

async function standings(project: EnginesProject): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    project.names.map(async (name) => [name, await project.standing(name)] as const),
  )
  return new Map(found)
}
