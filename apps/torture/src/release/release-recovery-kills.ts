import { type CampaignSettings, tryPoints } from '../campaign.ts'
import { sample, seededRandom, seedOf } from '../random.ts'
import type { Fault } from '../strace.ts'
import { type ReleaseCase, releaseName } from './release-case.ts'
import { judgeKilled, killsOf, pointOf } from './release-kills.ts'
import type { Files, ReleaseProject } from './release-project.ts'
import { ReleaseStage } from './release-stage.ts'

/** A release that was interrupted, to be recovered again and again. */
export interface Interrupted {
  readonly name: string
  readonly files: Files
  /** Going forward is impossible: the last migration of the last database was edited since. */
  readonly back: boolean
}

/** kill -9 at every system call of a recovery, then one recovery more. */
export async function releaseRecoveryKills(of: ReleaseCase, settings: CampaignSettings): Promise<void> {
  await ReleaseStage.on(of, settings, async (stage) => {
    for (const interrupted of await interruptions(stage)) {
      const name = `${releaseName(of)}, ${interrupted.name}`
      const prepare = () => begin(stage.project, interrupted)
      const faults = await killsOf(stage, prepare, 'recover')
      const random = seededRandom(seedOf(settings.seed, `recovery kill ${name}`))
      const points = sample(faults, settings.points, random).map(pointOf)
      const { back } = interrupted
      await tryPoints({ scenario: 'kill of a recovery', of: name, settings }, points, async (fault) => {
        prepare()
        return judgeKilled(stage, await stage.traced(stage.project.job('recover'), fault), { back })
      })
    }
  })
}

/** Puts an interrupted release there. */
export function begin(project: ReleaseProject, { files, back }: Interrupted): void {
  project.reset(files)
  project.edit(back)
}

/** Releases that were killed at the moments that differ for a recovery. */
export async function interruptions(stage: ReleaseStage): Promise<readonly Interrupted[]> {
  const { project } = stage
  const [first = '', second = '', third = ''] = project.inOrder
  const at = async (killedAt: string | undefined, fault?: Fault): Promise<Files> => {
    project.edit(false)
    project.reset()
    const { said } = await stage.traced(project.job('up', { killedAt }), fault)
    if (said !== undefined)
      throw new Error(`It was to be killed at ${killedAt ?? fault?.call}: ${said.message}`)
    return project.files()
  }
  const kill = 'signal=SIGKILL'
  // Each database has a rename of its journal, the coordinator has the last one.
  const undecided = await at(undefined, { call: 'rename', what: kill, when: project.names.length })
  const decided = await at('decided')
  const one = await at(first)
  return [
    { name: 'undecided', files: undecided, back: false },
    { name: 'nothing committed', files: decided, back: false },
    { name: 'one committed', files: one, back: false },
    { name: 'two committed', files: await at(second), back: false },
    { name: 'all committed', files: await at(third), back: false },
    { name: 'one committed, to be taken back', files: one, back: true },
  ]
}
