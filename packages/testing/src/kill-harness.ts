import { setTimeout as sleep } from 'node:timers/promises'
import {
  type EndedProcess,
  type ProcessOptions,
  type StartedProcess,
  startProcess,
} from './kill-harness-process.ts'
import { seededRandom } from './kill-harness-random.ts'

/** How often a process is aimed at in one round while it is always faster. */
const maxTries = 3

/** When a check is called, and how the process before it ended. */
export interface KillMoment {
  /** `undisturbed`: it was left alone. `killed`: SIGKILL was sent. `resumed`: it ran again, to its end. */
  readonly phase: 'undisturbed' | 'killed' | 'resumed'
  /** From 1; 0 for the undisturbed run. */
  readonly round: number
  readonly ended: EndedProcess
}

export interface KillHarnessOptions extends ProcessOptions {
  /** The program and its arguments, started without a shell. */
  readonly command: readonly string[]
  /** How often it is killed. */
  readonly rounds: number
  /** The same seed aims at the same moments. */
  readonly seed: number
  /** Puts everything back to where each round begins. */
  readonly reset?: () => void | Promise<void>
  /**
   * True once the work that matters has begun, a lock file exists for instance. Kills are then aimed at what comes
   * after it and shortly before, and not at the start of the program.
   */
  readonly begun?: () => boolean
  /** Exit codes with which the command may end when it is left alone; default: 0. */
  readonly exitCodes?: readonly number[]
  /**
   * Looks whether everything agrees, and throws when it does not. A word that it returns after a kill is counted in
   * the report: how far the process had come, for instance.
   */
  readonly check: (moment: KillMoment) => unknown
}

/** What the rounds hit. */
export interface KillReport {
  readonly rounds: number
  /** Rounds in which the process was still running when it was killed. */
  readonly killed: number
  /** Milliseconds of an undisturbed run, before and after the work had begun. */
  readonly undisturbed: { readonly startMs: number; readonly workMs: number }
  /** How often each word was returned by the check after a kill. */
  readonly seen: Readonly<Record<string, number>>
}

/**
 * Starts a command and kills it with SIGKILL at a random moment, as often as asked; after each kill, and again after
 * the command was left to run to its end, `check` has to agree. Moments are spread evenly over the time that an
 * undisturbed run takes; where the process was gone by then, the round begins anew with half of the time. Throws an
 * Error that names round, moment and seed where a check throws, or where the command cannot finish after a kill.
 */
export async function killRepeatedly(options: KillHarnessOptions): Promise<KillReport> {
  const random = seededRandom(options.seed)
  const undisturbed = await measure(options)
  const seen: Record<string, number> = {}
  let killed = 0
  for (let round = 1; round <= options.rounds; round += 1) {
    const aim = momentOf((round - 1 + random()) / options.rounds, undisturbed)
    const { at, ended } = await hit(aim, { options, undisturbed })
    if (ended.signal === 'SIGKILL') killed += 1
    await inRound({ options, round, at }, async () => {
      const word = await options.check({ phase: 'killed', round, ended })
      if (typeof word === 'string') seen[word] = (seen[word] ?? 0) + 1
      await runToEnd(options, { phase: 'resumed', round })
    })
  }
  return { rounds: options.rounds, killed, undisturbed, seen }
}

interface Undisturbed {
  readonly startMs: number
  readonly workMs: number
}

/** Runs twice and takes the second: the first one pays for cold caches. */
async function measure(options: KillHarnessOptions): Promise<Undisturbed> {
  let measured: Undisturbed = { startMs: 0, workMs: 0 }
  for (let run = 0; run < 2; run += 1) {
    await options.reset?.()
    const { begunMs, durationMs } = await runToEnd(options, { phase: 'undisturbed', round: 0 })
    measured = { startMs: begunMs, workMs: durationMs - begunMs }
  }
  return measured
}

/** Leaves the command alone until it ends, and checks. */
async function runToEnd(
  options: KillHarnessOptions,
  moment: Omit<KillMoment, 'ended'>,
): Promise<{ readonly begunMs: number; readonly durationMs: number }> {
  const { exitCodes = [0] } = options
  const running = startProcess(options.command, options)
  const begunMs = await untilBegun(running, options)
  const ended = await running.ended
  if (ended.exitCode === null || !exitCodes.includes(ended.exitCode)) throw couldNotFinish(options, ended)
  await options.check({ ...moment, ended })
  return { begunMs: Math.min(begunMs, ended.durationMs), durationMs: ended.durationMs }
}

/** Milliseconds relative to the beginning of the work; negative: before it. `share` is from 0 to 1. */
function momentOf(share: number, { startMs, workMs }: Undisturbed): number {
  const before = Math.min(startMs, workMs / 4)
  return share * (before + workMs) - before
}

/** What is aimed at, and how long it takes when nobody disturbs it. */
interface Target {
  readonly options: KillHarnessOptions
  readonly undisturbed: Undisturbed
}

/** A process that was faster this time is aimed at again, earlier: a kill that comes too late shows nothing. */
async function hit(
  aim: number,
  target: Target,
): Promise<{ readonly at: number; readonly ended: EndedProcess }> {
  for (let at = aim, tries = 1; ; at /= 2, tries += 1) {
    await target.options.reset?.()
    const ended = await killAt(at, target)
    if (ended.signal === 'SIGKILL' || tries === maxTries) return { at, ended }
  }
}

async function killAt(at: number, { options, undisturbed }: Target): Promise<EndedProcess> {
  const running = startProcess(options.command, options)
  if (at < 0) await pause(running, undisturbed.startMs + at)
  else {
    await untilBegun(running, options)
    await pause(running, at)
  }
  running.kill('SIGKILL')
  return running.ended
}

/** Milliseconds from the call until the work began, or the process ended. */
async function untilBegun(running: StartedProcess, { begun }: KillHarnessOptions): Promise<number> {
  const started = performance.now()
  while (begun !== undefined && running.isRunning() && !begun()) await sleep(1)
  return performance.now() - started
}

/** Waits, but not for a process that has ended. */
async function pause(running: StartedProcess, ms: number): Promise<void> {
  const waiting = new AbortController()
  const { signal } = waiting
  await Promise.race([running.ended, sleep(ms, undefined, { signal }).catch(() => undefined)])
  waiting.abort()
}

async function inRound(
  { options, round, at }: { options: KillHarnessOptions; round: number; at: number },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const when = `${Math.round(Math.abs(at))} ms ${at < 0 ? 'before' : 'after'} the work began`
    const where = `round ${round} of ${options.rounds}, seed ${options.seed}`
    throw new Error(`Killed about ${when} (${where}): ${message}`, { cause: error })
  }
}

function couldNotFinish({ command }: KillHarnessOptions, ended: EndedProcess): Error {
  const how =
    ended.exitCode === null ? `was ended by ${ended.signal}` : `ended with exit code ${ended.exitCode}`
  return new Error(
    `"${command.join(' ')}" ${how} although nobody disturbed it\n${ended.stdout}${ended.stderr}`,
  )
}
