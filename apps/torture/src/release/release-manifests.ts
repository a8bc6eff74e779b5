import { type CampaignSettings, type Outcome, tryPoints } from '../campaign.ts'
import { sample, seededRandom, seedOf } from '../random.ts'
import type { Fault } from '../strace.ts'
import { type ReleaseCase, releaseName } from './release-case.ts'
import { killsOf, pointOf } from './release-kills.ts'
import { runnerOfCase } from './release-runners.ts'
import { ReleaseStage } from './release-stage.ts'

/**
 * Two manifests that share a database, the coordinator of both: the release of the first is killed at every system call,
 * that of the second when it has decided; then each is run once more. All have to be new, and nothing may be left.
 */
export async function releaseManifests(of: ReleaseCase, settings: CampaignSettings): Promise<void> {
  const name = `${releaseName(of)}, two manifests`
  await ReleaseStage.on(of, settings, async (stage) => {
    const faults = await killsOf(stage, () => stage.project.reset(), 'up')
    const random = seededRandom(seedOf(settings.seed, `release manifests ${name}`))
    const points = sample(faults, settings.points, random).map(pointOf)
    await tryPoints({ scenario: 'two manifests', of: name, settings }, points, (fault) =>
      killAt(fault, stage),
    )
  })
}

async function killAt(fault: Fault, stage: ReleaseStage): Promise<Outcome> {
  const { project, judge, of } = stage
  const [shared = '', ...others] = project.inOrder
  const [one, two] = others.map((own) => [own, shared])
  project.reset()
  const { said } = await stage.traced(project.job('up', { names: one ?? [] }), fault)
  const hit = said === undefined
  const second = await stage.untraced(project.job('up', { names: two ?? [], killedAt: 'decided' }))
  for (const names of [two, one]) {
    const { exitCode, code, message } = await runnerOfCase(of)(
      project.job('up', { names: names ?? [] }),
      () => undefined,
    )
    if (exitCode !== 0)
      return { hit, states: 1, wrong: 'stuck', why: `${names?.join()}: ${code}: ${message}` }
  }
  const found = judge.look()
  if ('wrong' in found) return { hit, states: 1, ...found }
  const journals = project.journals()
  if (found.migrated.length < of.databases || journals.length > 0)
    return { hit, states: 1, wrong: 'not finished', why: `${found.migrated.join()}; ${journals.join()}` }
  return { hit, states: 1, left: second.said === undefined ? 'both killed' : 'one killed' }
}
