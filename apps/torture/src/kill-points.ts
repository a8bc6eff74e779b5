import { type CampaignSettings, type Outcome, onStage, type Stage, tryPoints } from './campaign.ts'
import { type Case, caseName } from './case.ts'
import { finish } from './finish.ts'
import { sample, seededRandom, seedOf } from './random.ts'
import { standingOf } from './standing.ts'
import { countCalls, type Fault } from './strace.ts'

/** Reads leave nothing: a kill at one is a kill at the next call that is not. */
const harmless = ['pread64']

/** kill -9 at every system call of a case, then a look, then a run to the end. */
export async function killPoints(of: Case, settings: CampaignSettings): Promise<void> {
  await onStage(of, settings, async (stage) => {
    const faults = await faultsOf(stage, 'signal=SIGKILL', (call) => !harmless.includes(call))
    const random = seededRandom(seedOf(settings.seed, `kill ${caseName(of)}`))
    await tryPoints(
      { scenario: 'kill', of, settings },
      sample(faults, settings.points, random).map((where) => ({
        name: `${where.call} ${where.when}`,
        where,
      })),
      (fault) => killAt(fault, stage),
    )
  })
}

/** Every call that an undisturbed run of the case makes, each with the same fault. */
export async function faultsOf(
  { project, attempts }: Stage,
  what: string,
  isMeant: (call: string) => boolean,
): Promise<readonly Fault[]> {
  const { said, trace } = await attempts.run(project)
  if (said?.exitCode !== 0) throw new Error(`An undisturbed run failed: ${said?.message}`)
  const faults: Fault[] = []
  for (const [call, count] of countCalls(trace)) {
    if (!isMeant(call)) continue
    for (let when = 1; when <= count; when += 1) faults.push({ call, what, when })
  }
  return faults
}

async function killAt(fault: Fault, { project, judge, attempts }: Stage): Promise<Outcome> {
  const { said, committed } = await attempts.run(project, fault)
  const verdict = judge.look(standingOf(project.aside()))
  const hit = said === undefined
  if (verdict.is !== 'legal') return { hit, states: 1, wrong: verdict.is, why: verdict.why }
  if (verdict.rank < committed.length) {
    return {
      hit,
      states: 1,
      wrong: 'lost',
      why: `${committed.join(', ')} had been reported, ${verdict.rank} are there`,
    }
  }
  const left =
    verdict.rank === 0
      ? 'old'
      : verdict.rank === judge.last
        ? 'new'
        : Number.isInteger(verdict.rank)
          ? 'between'
          : 'in doubt'
  const stuck = await finish(project, judge)
  return { hit, states: 1, left, ...(stuck !== undefined && { wrong: 'stuck', why: stuck }) }
}
