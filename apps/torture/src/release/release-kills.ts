import { type CampaignSettings, type Outcome, type Point, tryPoints } from '../campaign.ts'
import { sample, seededRandom, seedOf } from '../random.ts'
import { countCalls, type Fault } from '../strace.ts'
import type { Obeyed } from '../victim-process.ts'
import { type ReleaseCase, releaseName } from './release-case.ts'
import { describe } from './release-judge.ts'
import { type Kill, ReleaseStage } from './release-stage.ts'

/** A kill at one of these is a kill at the next call that is not: they leave nothing. */
const harmless = ['pread64', 'fcntl']

/** kill -9 at every system call of a release that can leave something, then one recovery. */
export async function releaseKills(of: ReleaseCase, settings: CampaignSettings): Promise<void> {
  const name = releaseName(of)
  await ReleaseStage.on(of, settings, async (stage) => {
    const faults = await killsOf(stage, () => stage.project.reset(), 'up')
    const random = seededRandom(seedOf(settings.seed, `release kill ${name}`))
    const points = sample(faults, settings.points, random).map(pointOf)
    await tryPoints({ scenario: 'kill', of: name, settings }, points, async (fault) => {
      stage.project.reset()
      return judgeKilled(stage, await stage.traced(stage.project.job('up'), fault))
    })
  })
}

/** kill -9 at random moments of a release, counted from its beginning or from its decision. */
export async function releaseRandomKills(
  of: ReleaseCase,
  settings: CampaignSettings,
  { kills, after }: { readonly kills: number; readonly after: Kill['after'] },
): Promise<void> {
  const name = releaseName(of)
  await ReleaseStage.on(of, settings, async (stage) => {
    const job = stage.project.job('up')
    const random = seededRandom(seedOf(settings.seed, `release moments ${name}`))
    const points = Array.from({ length: Math.floor(kills) }, (_, index) => ({
      name: `moment ${index + 1}`,
      where: random(),
    }))
    const scenario = after === 'beginning' ? 'kill at a moment' : 'kill after the decision'
    let longest = after === 'beginning' ? 100 : 10
    await tryPoints({ scenario, of: name, settings }, points, async (part) => {
      for (let tries = 1; ; tries += 1) {
        stage.project.reset()
        const obeyed = await stage.untraced(job, { after, ms: part * longest })
        // The moments are spread over what a run takes here and now.
        longest *= obeyed.said === undefined ? 1.02 : 0.9
        if (obeyed.said === undefined || tries === 9) return judgeKilled(stage, obeyed)
      }
    })
  })
}

/** Every call of a job that can leave something, as a fault that kills there. */
export async function killsOf(
  stage: ReleaseStage,
  prepare: () => void,
  command: 'up' | 'recover',
): Promise<readonly Fault[]> {
  prepare()
  const { said, trace } = await stage.traced(stage.project.job(command))
  if (said === undefined || (said.exitCode === 0) === (stage.of.fails && command === 'up'))
    throw new Error(`An undisturbed ${command} says ${said?.exitCode}: ${said?.message}`)
  return [...countCalls(trace)].flatMap(([call, count]) =>
    harmless.includes(call)
      ? []
      : Array.from({ length: count }, (_, index) => ({ call, what: 'signal=SIGKILL', when: index + 1 })),
  )
}

/** A fault under the name that it has in the results. */
export function pointOf(where: Fault): Point<Fault> {
  return { name: `${where.call} ${where.when}`, where }
}

/** What a kill has left has to be whole, and the recovery has to do what was decided. */
export async function judgeKilled(
  { judge }: ReleaseStage,
  { said, committed }: Obeyed,
  { back = false } = {},
): Promise<Outcome> {
  const hit = said === undefined
  const found = judge.look({ back })
  if ('wrong' in found) return { hit, states: 1, ...found }
  const acknowledged = committed.length > 0 || (said?.exitCode === 0 && !back)
  return { hit, states: 1, left: describe(found), ...(await judge.settle(found, { acknowledged, back })) }
}
