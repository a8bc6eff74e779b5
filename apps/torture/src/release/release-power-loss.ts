import { type CampaignSettings, type Outcome, tryPoints } from '../campaign.ts'
import { Disk, type Luck } from '../disk.ts'
import type { DiskCall } from '../disk-call.ts'
import { fingerprint, recordCalls } from '../power-loss.ts'
import { sample, seededRandom, seedOf } from '../random.ts'
import { victimCommand } from '../victim-process.ts'
import { type ReleaseCase, type ReleaseCommand, releaseName } from './release-case.ts'
import type { Wrong } from './release-judge.ts'
import type { Files } from './release-project.ts'
import { begin, type Interrupted, interruptions } from './release-recovery-kills.ts'
import { ReleaseStage } from './release-stage.ts'

/** What was done until the power went, and from where. */
interface Recorded {
  readonly name: string
  readonly files: Files
  readonly calls: readonly DiskCall[]
  readonly command: ReleaseCommand
  readonly back: boolean
}

/**
 * What a loss of power at each moment of a release may leave, the run journals among it; `states` are rebuilt for
 * each moment. Whoever was told that it is done must find it done.
 */
export async function releasePowerLoss(
  of: ReleaseCase,
  settings: CampaignSettings,
  states: number,
): Promise<void> {
  await ReleaseStage.on(of, settings, async (stage) => {
    await losses(stage, settings, { recorded: await record(stage), states })
    if (of.runner !== 'whimbrel') return
    for (const interrupted of await interruptions(stage)) {
      if (/undecided|all/.test(interrupted.name)) continue
      await losses(stage, settings, { recorded: await record(stage, interrupted), states })
    }
  })
}

async function losses(
  stage: ReleaseStage,
  settings: CampaignSettings,
  { recorded, states }: { readonly recorded: Recorded; readonly states: number },
): Promise<void> {
  const seed = seedOf(settings.seed, `release power ${recorded.name}`)
  const cuts = Array.from({ length: recorded.calls.length + 1 }, (_, cut) => ({
    name: `after ${cut} calls`,
    where: cut,
  }))
  const moments = sample(cuts, settings.points, seededRandom(seed))
  const seen = new Set<string>()
  await tryPoints({ scenario: 'power', of: recorded.name, settings }, moments, (cut) =>
    cutAt(cut, { recorded, states, stage, seen, seed }),
  )
}

/** A release from its beginning, or a recovery of an interrupted one. */
async function record(stage: ReleaseStage, interrupted?: Interrupted): Promise<Recorded> {
  const { project, of } = stage
  const command = interrupted === undefined ? 'up' : 'recover'
  if (interrupted === undefined) project.reset()
  else begin(project, interrupted)
  const files = project.files()
  const calls = await recordCalls({
    folder: project.folder,
    places: project.places,
    command: victimCommand({ release: of.runner, job: project.job(command) }),
  })
  const name = interrupted === undefined ? releaseName(of) : `${releaseName(of)}, ${interrupted.name}`
  return { name, files, calls, command, back: interrupted?.back === true }
}

interface Cutting {
  readonly recorded: Recorded
  readonly states: number
  readonly stage: ReleaseStage
  readonly seen: Set<string>
  readonly seed: number
}

async function cutAt(cut: number, { recorded, states, stage, seen, seed }: Cutting): Promise<Outcome> {
  const disk = new Disk(recorded.files)
  const calls = recorded.calls.slice(0, cut)
  for (const call of calls) disk.apply(call)
  const acknowledged = isAcknowledged(calls)
  const random = seededRandom(seed + cut)
  let judged = 0
  for (let round = 0; round < states; round += 1) {
    const luck: Luck = round === 0 ? 'nothing' : round === 1 ? 'everything' : 'some'
    if (round > 1 && disk.unsafe === 0) break
    const found = disk.afterPowerLoss(luck, random)
    const key = `${acknowledged} ${fingerprint(found)}`
    if (seen.has(key)) continue
    seen.add(key)
    judged += 1
    const wrong = await judge(found, { recorded, stage, acknowledged })
    if (wrong !== undefined)
      return { hit: true, states: judged, wrong: wrong.wrong, why: `${wrong.why} (round ${round})` }
  }
  return { hit: true, states: judged }
}

async function judge(
  files: Files,
  { recorded, stage, acknowledged }: Pick<Cutting, 'recorded' | 'stage'> & { readonly acknowledged: boolean },
): Promise<Wrong | undefined> {
  const { back } = recorded
  begin(stage.project, { name: recorded.name, files, back })
  const found = stage.judge.look({ back })
  if ('wrong' in found) return found
  // An interrupted run that was decided before stays decided.
  const isInterrupted = recorded.command === 'recover' && !back
  return stage.judge.settle(found, { acknowledged: acknowledged || isInterrupted, back })
}

/** Somebody had been told of the decision, of a commit or of the end. */
function isAcknowledged(calls: readonly DiskCall[]): boolean {
  const text = calls.map((call) => (call.is === 'say' ? call.text : '')).join('')
  return /"committed":\["|"exitCode":0/.test(text)
}
