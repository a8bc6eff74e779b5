import { type CampaignSettings, tryPoints } from '../campaign.ts'
import { EnginesStage } from '../engines/engines-stage.ts'
import { seededRandom, seedOf } from '../random.ts'
import type { ServerDatabase } from '../release/release-job.ts'
import type { Said } from '../runner.ts'
import { runServer } from './run-server.ts'
import type { ServerRunnerName } from './server-job.ts'
import { ServerJudge } from './server-judge.ts'
import { ServerObserver } from './server-observer.ts'
import { ServerProject } from './server-project.ts'

const titles = { postgres: 'PostgreSQL', mysql: 'MariaDB' } as const
const whiches = ['newest', 'all', 'oldest', 'newest'] as const

interface Tried {
  readonly runner: ServerRunnerName
  readonly project: ServerProject
  readonly observer: ServerObserver
  readonly judge: ServerJudge
}

interface Moment {
  readonly round: number
  /** A part of what a run takes. */
  readonly part: number
}

/** One disturbed run; undefined where the moment came too late. */
type Disturb = (
  tried: Tried,
  moment: Moment,
  afterMs: number,
) => Promise<{ readonly said: Said | undefined } | undefined>

/** Runs on one server whose sessions are ended, or whose process is killed, at random moments. */
export async function serverCuts(
  engine: ServerDatabase['engine'],
  settings: CampaignSettings,
  runner: ServerRunnerName = 'whimbrel',
): Promise<void> {
  const name = `${runner === 'whimbrel' ? 'library' : runner}: up on ${titles[engine]}`
  const project = await ServerProject.make(engine, settings.root)
  const observer = await ServerObserver.of(project.place)
  const stage = new EnginesStage(project.folder)
  try {
    const tried = { runner, project, observer, judge: await ServerJudge.of(project, observer) }
    await atMoments({ scenario: 'session ended', name, settings }, tried, sessionEnded)
    await atMoments({ scenario: 'client killed', name, settings }, tried, (of, _, afterMs) =>
      clientKilled(of, stage, afterMs),
    )
  } finally {
    await stage.end()
    await observer.close()
    await project.remove()
  }
}

async function atMoments(
  { scenario, name, settings }: { scenario: string; name: string; settings: CampaignSettings },
  tried: Tried,
  disturb: Disturb,
): Promise<void> {
  const random = seededRandom(seedOf(settings.seed, `${scenario} ${name}`))
  const points = Array.from({ length: settings.points }, (_, round) => ({
    name: `moment ${round + 1}`,
    where: { round, part: random() },
  }))
  let longest = await undisturbed(tried)
  await tryPoints({ scenario, of: name, settings }, points, async (moment) => {
    for (let tries = 1; ; tries += 1) {
      await tried.project.reset()
      const disturbed = await disturb(tried, moment, moment.part * longest)
      // The moments are spread over what a run takes here and now.
      longest *= disturbed === undefined ? 0.8 : 1.05
      if (disturbed !== undefined || tries === 5) {
        const said = disturbed === undefined ? { exitCode: 0, done: [] } : disturbed.said
        return tried.judge.judge(tried.runner, { said, atOnce: moment.round % 2 === 1 })
      }
    }
  })
}

/** How long a run takes here and now, in milliseconds. */
async function undisturbed({ runner, project }: Tried): Promise<number> {
  await project.reset()
  const began = performance.now()
  const said = await runServer(runner, project.job('up'))
  if (said.exitCode !== 0) throw new Error(`An undisturbed run says ${said.code}: ${said.message}`)
  return performance.now() - began
}

/** The server ends the session that works, the one that holds the lock, or both. */
const sessionEnded: Disturb = async ({ runner, project, observer }, { round }, afterMs) => {
  let isCut = false
  let isOver = false
  const cut = (async () => {
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    // It may not have connected yet.
    while (!isCut && !isOver) isCut = (await observer.cut(whiches[round % whiches.length] ?? 'all')) > 0
  })()
  const said = await runServer(runner, project.job('up'))
  isOver = true
  await cut
  return isCut && said.exitCode !== 0 ? { said } : undefined
}

/** The process is killed, and the server finds out by itself. */
async function clientKilled({ runner, project }: Tried, stage: EnginesStage, afterMs: number) {
  const order = { server: runner, job: project.job('up') }
  const obeyed = await stage.killed(order, { after: 'beginning', ms: afterMs })
  return obeyed.said === undefined ? { said: undefined } : undefined
}
