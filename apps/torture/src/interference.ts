import { copyFileSync, renameSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type CampaignSettings, type Outcome, onStage, type Stage, tryPoints } from './campaign.ts'
import { type Case, caseName } from './case.ts'
import { finish } from './finish.ts'
import { lieOf } from './io-errors.ts'
import type { Verdict } from './judge.ts'
import { faultsOf } from './kill-points.ts'
import { pauseAt } from './pause-at.ts'
import { sample, seededRandom, seedOf } from './random.ts'
import type { Said } from './runner.ts'
import { runnerOf } from './runners.ts'
import { standingOf } from './standing.ts'
import type { Fault } from './strace.ts'
import { VictimProcess } from './victim-process.ts'

/** What happens while a run stands still before one of its system calls. */
export type Interference = 'stopped holder' | 'killed holder' | 'removed' | 'replaced'

const happenings: Record<Interference, (stage: Stage, fault: Fault) => Promise<Outcome>> = {
  'stopped holder': (stage, fault) => besideStopped(stage, fault, 'goes on'),
  'killed holder': (stage, fault) => besideStopped(stage, fault, 'is killed'),
  removed: (stage, fault) => withoutFile(stage, fault, removeDatabase),
  replaced: (stage, fault) => withoutFile(stage, fault, replaceDatabase),
}

/** Stops a run at its system calls, does something meanwhile and looks what becomes of it. */
export async function interfere(what: Interference, of: Case, settings: CampaignSettings): Promise<void> {
  await onStage(of, settings, async (stage) => {
    const calls = await faultsOf(stage, 'signal=SIGSTOP', (call) => call !== 'pread64')
    const random = seededRandom(seedOf(settings.seed, `${what} ${caseName(of)}`))
    const points = sample(calls, settings.points, random)
    await tryPoints(
      { scenario: what, of, settings },
      points.map((where) => ({ name: `${where.call} ${where.when}`, where })),
      (fault) => happenings[what](stage, fault),
    )
  })
}

const missed: Outcome = { hit: false, states: 0 }

/** A second run beside one that is stopped: it may only win where the first one has no lock. */
async function besideStopped(stage: Stage, fault: Fault, then: 'goes on' | 'is killed'): Promise<Outcome> {
  const { project, judge, of } = stage
  const paused = await pauseAt(stage, fault)
  if (paused === undefined) return missed
  const other = await runnerOf(of.runner)(
    { ...project.job(), lockTimeoutMs: 60, busyTimeoutMs: 60 },
    () => undefined,
  )
  const first = then === 'goes on' ? (await paused.resume()).said : await paused.kill()
  const base = { hit: true, states: 1, left: other.exitCode === 4 ? 'kept out' : 'let in' }
  if (![0, 4].includes(other.exitCode)) return { ...base, wrong: 'failed', why: describe(other) }
  const verdict = judge.look(standingOf(project.aside()))
  if (verdict.is !== 'legal') return { ...base, wrong: verdict.is, why: verdict.why }
  const done = [...other.done, ...(first?.done ?? [])]
  if (first !== undefined && done.join() !== project.steps.slice(0, verdict.rank).join()) {
    return {
      ...base,
      wrong: 'twice or never',
      why: `${verdict.rank} steps are there, said: ${done.join(', ')}`,
    }
  }
  const stuck = await finish(project, judge)
  return stuck === undefined ? base : { ...base, wrong: 'stuck', why: stuck }
}

/** The database goes away under a run: "done" is only right where everything had been done before. */
async function withoutFile(
  stage: Stage,
  fault: Fault,
  happen: (path: string, original: string) => void,
): Promise<Outcome> {
  const { project, judge } = stage
  const paused = await pauseAt(stage, fault)
  if (paused === undefined) return missed
  const before = judge.look(standingOf(project.aside()))
  if (before.is !== 'legal') return { hit: true, states: 1, wrong: before.is, why: before.why }
  happen(project.database, project.original)
  const { said } = await paused.resume()
  if (said === undefined) return { hit: true, states: 1, wrong: 'silent', why: 'it ended without a word' }
  const base = { hit: true, states: 1, left: said.exitCode === 0 ? 'said done' : 'noticed' }
  const after = stateAfter(stage)
  if (after !== undefined && after.is !== 'legal') return { ...base, wrong: after.is, why: after.why }
  if (said.exitCode === 0) {
    const isTrue = before.rank === judge.last || after?.rank === judge.last
    return isTrue
      ? base
      : { ...base, wrong: 'false done', why: `${before.rank} steps were there, ${after?.rank} are` }
  }
  if ((said.message ?? '') === '' || (said.hint ?? '') === '' || said.code === 'INTERNAL') {
    return { ...base, wrong: 'no message', why: describe(said) }
  }
  return base
}

/** Undefined where there is no database any more, or only a new one with nothing in it. */
function stateAfter({ project, judge }: Stage): Verdict | undefined {
  const standing = standingOf(project.aside())
  const isNothing = standing.content === standingOf('').content && standing.records === ''
  return isNothing ? undefined : judge.look(standing)
}

function removeDatabase(path: string): void {
  rmSync(path, { force: true })
}

function replaceDatabase(path: string, original: string): void {
  copyFileSync(original, `${path}.other`)
  renameSync(`${path}.other`, path)
}

function describe({ exitCode, code, message, hint }: Said): string {
  return `${exitCode} ${code}: ${message} (${hint})`
}

/** A reader that holds its view of the database for a while, so that the commit has to wait for it, or gives up. */
export async function longReader(of: Case, settings: CampaignSettings, rounds: number): Promise<void> {
  await onStage(of, settings, async (stage) => {
    const { project, judge } = stage
    const random = seededRandom(seedOf(settings.seed, `reader ${caseName(of)}`))
    const victim = new VictimProcess()
    await victim.ready
    const points = Array.from({ length: rounds }, (_, round) => ({
      name: `round ${round + 1}`,
      where: random(),
    }))
    await tryPoints({ scenario: 'long reader', of, settings }, points, async (share) => {
      project.reset()
      const reader = new Database(project.database)
      reader.exec('BEGIN; SELECT * FROM people')
      setTimeout(() => reader.close(), share * 500)
      const { said } = await victim.obey({ runner: of.runner, job: { ...project.job(), busyTimeoutMs: 250 } })
      reader.close()
      if (said === undefined) return { hit: true, states: 1, wrong: 'silent', why: 'it ended without a word' }
      const verdict = judge.look(standingOf(project.aside()), { anyPrefix: true })
      const left = said.exitCode === 0 ? 'done' : 'gave up'
      if (verdict.is !== 'legal') return { hit: true, states: 1, left, wrong: verdict.is, why: verdict.why }
      const lie = lieOf(said, { rank: verdict.rank, last: judge.last })
      const stuck = lie === undefined ? await finish(project, judge) : undefined
      return {
        hit: true,
        states: 1,
        left,
        ...lie,
        ...(stuck !== undefined && { wrong: 'stuck', why: stuck }),
      }
    })
    await victim.end()
  })
}
