import { type CampaignSettings, type Outcome, onStage, type Stage, tryPoints } from './campaign.ts'
import { type Case, caseName } from './case.ts'
import { finish } from './finish.ts'
import { faultsOf } from './kill-points.ts'
import { sample, seededRandom, seedOf } from './random.ts'
import type { Said } from './runner.ts'
import { standingOf } from './standing.ts'
import type { Fault } from './strace.ts'

/** Errors that a call can really have. */
const errors: Readonly<Record<string, readonly string[]>> = {
  pwrite64: ['EIO', 'ENOSPC'],
  write: ['EIO', 'ENOSPC'],
  fsync: ['EIO', 'ENOSPC'],
  fdatasync: ['EIO', 'ENOSPC'],
  ftruncate: ['EIO', 'ENOSPC'],
  fallocate: ['ENOSPC'],
  unlink: ['EIO'],
  rename: ['EIO'],
  link: ['EIO'],
  mkdir: ['EIO', 'ENOSPC'],
  openat: ['EIO', 'ENOSPC', 'EMFILE'],
  fcntl: ['ENOLCK'],
  pread64: ['EIO'],
}

/** Errors that a system call can really have; none for a call that is left alone. */
export function possibleErrors(call: string): readonly string[] {
  return errors[call] ?? []
}

/** An error at every system call of a case: what is said has to be what is there. */
export async function ioErrors(of: Case, settings: CampaignSettings): Promise<void> {
  await onStage(of, settings, async (stage) => {
    const calls = await faultsOf(stage, '', (call) => possibleErrors(call).length > 0)
    const faults = calls.flatMap((fault) =>
      possibleErrors(fault.call).map((error) => ({ ...fault, what: `error=${error}` })),
    )
    const random = seededRandom(seedOf(settings.seed, `io ${caseName(of)}`))
    await tryPoints(
      { scenario: 'io', of, settings },
      sample(faults, settings.points, random).map((where) => ({
        name: `${where.call} ${where.when} ${where.what.slice(6)}`,
        where,
      })),
      (fault) => failAt(fault, stage),
    )
  })
}

async function failAt(fault: Fault, stage: Stage): Promise<Outcome> {
  const { project, judge, attempts } = stage
  const { said, trace } = await attempts.run(project, fault)
  const hit = trace.includes('(INJECTED)')
  if (said === undefined) return { hit, states: 1, wrong: 'silent', why: 'it ended without a word' }
  const standing = standingOf(project.aside())
  const verdict = judge.look(standing, { anyPrefix: true })
  if (verdict.is !== 'legal')
    return { hit, states: 1, wrong: verdict.is, why: `${verdict.why}\n${said.message}` }
  const lie = lieOf(said, { rank: verdict.rank, last: judge.last })
  if (lie !== undefined) return { hit, states: 1, ...lie }
  let stuck = await finish(project, judge)
  if (stuck !== undefined) {
    // A lock that could not be given back is gone with its process, and not before.
    await attempts.end()
    stuck = await finish(project, judge)
  }
  const left =
    said.exitCode === 0 ? 'said done' : verdict.rank === 0 ? 'said failed, old' : 'said failed, between'
  return { hit, states: 1, left, ...(stuck !== undefined && { wrong: 'stuck', why: stuck }) }
}

/** What is wrong with what a run said, seeing how many steps are there. */
export function lieOf(
  { exitCode, code, message = '', hint = '', done }: Said,
  { rank, last }: { rank: number; last: number },
): { wrong: string; why: string } | undefined {
  const heard = `it said ${exitCode} ${code}: ${message}; done: ${done.join(', ')}; there: ${rank}`
  if (exitCode === 0) return rank === last ? undefined : { wrong: 'false done', why: heard }
  if (message === '' || hint === '' || code === 'INTERNAL') return { wrong: 'no message', why: heard }
  if (!Number.isInteger(rank)) {
    return /in doubt/.test(message) ? undefined : { wrong: 'hidden doubt', why: heard }
  }
  if (/could not be seen/.test(message)) return undefined
  if (done.length > rank) return { wrong: 'false done', why: heard }
  return done.length < rank ? { wrong: 'false failed', why: heard } : undefined
}
