import { type CampaignSettings, type Outcome, tryPoints } from '../campaign.ts'
import { possibleErrors } from '../io-errors.ts'
import { sample, seededRandom, seedOf } from '../random.ts'
import type { Said } from '../runner.ts'
import type { Fault } from '../strace.ts'
import { type ReleaseCase, releaseName } from './release-case.ts'
import { describe, type Found, type Wrong } from './release-judge.ts'
import { killsOf } from './release-kills.ts'
import { ReleaseStage } from './release-stage.ts'

/** An error at every system call of a release: what is said has to be what is there, and one recovery ends it. */
export async function releaseIoErrors(of: ReleaseCase, settings: CampaignSettings): Promise<void> {
  const name = releaseName(of)
  await ReleaseStage.on(of, settings, async (stage) => {
    const calls = await killsOf(stage, () => stage.project.reset(), 'up')
    const faults = calls.flatMap((fault) =>
      possibleErrors(fault.call).map((error) => ({ ...fault, what: `error=${error}` })),
    )
    const random = seededRandom(seedOf(settings.seed, `release io ${name}`))
    const points = sample(faults, settings.points, random).map((where) => ({
      name: `${where.call} ${where.when} ${where.what.slice('error='.length)}`,
      where,
    }))
    await tryPoints({ scenario: 'io', of: name, settings }, points, (fault) => failAt(fault, stage))
  })
}

async function failAt(fault: Fault, stage: ReleaseStage): Promise<Outcome> {
  stage.project.reset()
  const { said, trace } = await stage.traced(stage.project.job('up'), fault)
  const hit = trace.includes('(INJECTED)')
  // A lock that could not be given back is gone with its process, and not before.
  await stage.end()
  return { hit, states: 1, ...(await judgeSaid(stage, said)) }
}

/** What a release said has to be what is there; then the recovery has to end it as it was decided. */
export async function judgeSaid(
  { judge, of }: ReleaseStage,
  said: Said | undefined,
): Promise<Partial<Wrong> & { readonly left?: string }> {
  if (said === undefined) return { wrong: 'silent', why: 'it ended without a word' }
  const found = judge.look()
  if ('wrong' in found) return { ...found, why: `${found.why}\n${said.message}` }
  const lie = lieOf(said, { found, of })
  if (lie !== undefined) return lie
  const wrong = await judge.settle(found, { acknowledged: said.exitCode === 0 })
  return { left: `said ${said.exitCode === 0 ? 'done' : 'failed'}, ${describe(found)}`, ...wrong }
}

function lieOf(
  { exitCode, code, message = '', hint = '', done }: Said,
  { found: { migrated, decision }, of }: { readonly found: Found; readonly of: ReleaseCase },
): Wrong | undefined {
  const heard = `it said ${exitCode} ${code}: ${message}; done: ${done.join()}; there: ${migrated.join()}, ${decision}`
  if (exitCode === 0)
    return migrated.length === of.databases ? undefined : { wrong: 'false done', why: heard }
  if (message === '' || hint === '' || code === 'INTERNAL') return { wrong: 'no message', why: heard }
  if (done.some((name) => !migrated.includes(name))) return { wrong: 'false done', why: heard }
  if (/could not be seen/.test(message)) return undefined
  if (migrated.some((name) => !done.includes(name))) return { wrong: 'false failed', why: heard }
  // Whoever is told that it failed has to be told, too, that the next command finishes it.
  return decision === 'forward' && !/new state|finish/.test(message + hint)
    ? { wrong: 'hidden decision', why: heard }
    : undefined
}
