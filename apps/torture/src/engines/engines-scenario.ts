import { type CampaignSettings, tryPoints } from '../campaign.ts'
import { sample, seededRandom, seedOf } from '../random.ts'
import { countCalls, type Fault } from '../strace.ts'
import { EnginesJudge } from './engines-judge.ts'
import { type Engine, EnginesProject } from './engines-project.ts'
import { EnginesStage, type Kill } from './engines-stage.ts'
import { canPrepare } from './server-database.ts'

interface Tried {
  readonly name: string
  readonly project: EnginesProject
  readonly judge: EnginesJudge
  readonly stage: EnginesStage
  readonly settings: CampaignSettings
  /** A mistake that has to be caught. */
  readonly withoutJournal?: boolean
}

const products: readonly Readonly<Record<string, Engine>>[] = [
  { settings: 'sqlite', accounts: 'postgres', events: 'postgres' },
  { my: 'mysql', settings: 'sqlite', accounts: 'postgres', events: 'postgres' },
]

/** kill -9 of releases over several engines: at calls that reach a server or a file, and at random moments. */
export async function releaseEngines(settings: CampaignSettings): Promise<void> {
  for (const engines of products) {
    const project = await EnginesProject.make(engines, settings.root)
    const stage = new EnginesStage(project.folder)
    try {
      const how = (await canPrepare()) ? ', prepared' : ''
      const name = `library: release across ${Object.values(engines).join(', ')}${how}`
      const tried = { name, project, stage, settings, judge: await EnginesJudge.of(project) }
      await atCalls(tried)
      await atMoments(tried, 'beginning', 'kill at a moment')
      await atMoments(tried, 'decided', 'kill after the decision')
      if (engines !== products[0]) continue
      const wrong = { ...tried, name: name.replace('library', 'no run journal'), withoutJournal: true }
      await atMoments(wrong, 'decided', 'kill after the decision')
    } finally {
      await stage.end()
      await project.remove()
    }
  }
}

async function atCalls({ name, project, judge, stage, settings }: Tried): Promise<void> {
  await project.reset()
  const { said, trace } = await stage.traced(project.job('up'))
  if (said?.exitCode !== 0) throw new Error(`An undisturbed release says ${said?.code}: ${said?.message}`)
  const faults: readonly Fault[] = [...countCalls(trace)].flatMap(([call, count]) =>
    Array.from({ length: count }, (_, index) => ({ call, what: 'signal=SIGKILL', when: index + 1 })),
  )
  const random = seededRandom(seedOf(settings.seed, name))
  const points = sample(faults, settings.points, random).map((where) => ({
    name: `${where.call} ${where.when}`,
    where,
  }))
  await tryPoints({ scenario: 'kill at a call to a server', of: name, settings }, points, async (fault) => {
    await project.reset()
    return judge.judge(await stage.traced(project.job('up'), fault))
  })
}

async function atMoments(
  { name, project, judge, stage, settings, withoutJournal = false }: Tried,
  after: Kill['after'],
  scenario: string,
): Promise<void> {
  const random = seededRandom(seedOf(settings.seed, `${scenario} ${name}`))
  const points = Array.from({ length: settings.points }, (_, index) => ({
    name: `moment ${index + 1}`,
    where: random(),
  }))
  let longest = after === 'beginning' ? 400 : 60
  await tryPoints({ scenario, of: name, settings }, points, async (part) => {
    for (let tries = 1; ; tries += 1) {
      await project.reset()
      const order = { release: 'whimbrel', job: project.job('up', { withoutJournal }) } as const
      const obeyed = await stage.killed(order, { after, ms: part * longest })
      // The moments are spread over what a run takes here and now.
      longest *= obeyed.said === undefined ? 1.02 : 0.9
      if (obeyed.said === undefined || tries === 5) return judge.judge(obeyed)
    }
  })
}
