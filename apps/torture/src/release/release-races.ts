import { type CampaignSettings, type Outcome, tryPoints } from '../campaign.ts'
import { seededRandom, seedOf } from '../random.ts'
import { VictimProcess } from '../victim-process.ts'
import { type ReleaseCase, releaseName } from './release-case.ts'
import { ReleaseStage } from './release-stage.ts'

/** Long enough that whoever waits so long waits for ever. */
const lockTimeoutMs = 60_000

/**
 * Two processes release the same databases at once, which two manifests name in opposite orders; in every other round
 * the first is killed in the middle of it. Nobody may wait for ever, and whoever is left has to end with all new.
 */
export async function releaseRaces(
  of: ReleaseCase,
  settings: CampaignSettings,
  rounds: number,
): Promise<void> {
  const name = releaseName(of)
  await ReleaseStage.on(of, settings, async (stage) => {
    const random = seededRandom(seedOf(settings.seed, `release races ${name}`))
    const points = Array.from({ length: rounds }, (_, round) => ({
      name: `2 processes, round ${round + 1}`,
      where: { isKilled: round % 2 === 1, after: random() * 60 },
    }))
    await tryPoints({ scenario: 'races', of: name, settings }, points, ({ isKilled, after }) =>
      race(stage, isKilled ? after : undefined),
    )
  })
}

async function race({ project, judge, of }: ReleaseStage, killAfterMs: number | undefined): Promise<Outcome> {
  project.reset()
  const [first, second] = [new VictimProcess(), new VictimProcess()]
  try {
    await Promise.all([first.ready, second.ready])
    const order = (names: readonly string[]) => ({
      release: of.runner,
      job: project.job('up', { names, lockTimeoutMs }),
    })
    if (killAfterMs !== undefined) setTimeout(() => first.signal('SIGKILL'), killAfterMs)
    const obeyed = await Promise.all([
      first.obey(order(project.names)),
      second.obey(order([...project.names].reverse())),
    ])
    const wrong = obeyed.find(({ said }, index) =>
      said === undefined ? index === 1 || killAfterMs === undefined : said.exitCode !== 0,
    )
    if (wrong !== undefined)
      return { hit: true, states: 1, wrong: 'failed', why: `${wrong.said?.code}: ${wrong.said?.message}` }
    const found = judge.look()
    if ('wrong' in found) return { hit: true, states: 1, ...found }
    if (found.migrated.length < of.databases || project.journals().length > 0)
      return { hit: true, states: 1, wrong: 'not finished', why: project.journals().join() }
    const killed = obeyed[0]?.said === undefined ? 'one killed' : 'both ended'
    return { hit: true, states: 1, left: killed }
  } finally {
    await Promise.all([first.end(), second.end()])
  }
}
