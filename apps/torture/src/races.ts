import { type CampaignSettings, type Outcome, onStage, type Stage, tryPoints } from './campaign.ts'
import type { Case } from './case.ts'
import { startProcess } from './run-process.ts'
import type { Said } from './runner.ts'
import { standingOf } from './standing.ts'
import { VictimProcess } from './victim-process.ts'
import { saidByCommand, whimbrelCommand } from './whimbrel-command.ts'

/** Several processes that are to do the same at once. */
export interface Race {
  readonly of: Case
  readonly processes: number
  readonly rounds: number
}

/** Whoever loses gives up at once in one round, and waits in the next. */
const lockTimeouts = [0, 60_000]

/** Lets processes loose on one database: every step has to be done exactly once, and nobody may say otherwise. */
export async function races({ of, processes, rounds }: Race, settings: CampaignSettings): Promise<void> {
  await onStage(of, settings, async (stage) => {
    const points = Array.from({ length: rounds }, (_, round) => ({
      name: `${processes} processes, round ${round + 1}`,
      where: round,
    }))
    const start = of.vehicle === 'command' ? commands : await waitingVictims(processes)
    try {
      await tryPoints({ scenario: 'races', of, settings }, points, async (round) => {
        stage.project.reset()
        const lockTimeoutMs = lockTimeouts[round % lockTimeouts.length] ?? 0
        return judge(await start.all({ stage, processes, lockTimeoutMs }), stage)
      })
    } finally {
      await start.end()
    }
  })
}

interface Start {
  readonly stage: Stage
  readonly processes: number
  readonly lockTimeoutMs: number
}

interface Starter {
  all(start: Start): Promise<readonly (Said | undefined)[]>
  end(): Promise<void>
}

/** Processes with their modules loaded, so that they begin within the same millisecond. */
async function waitingVictims(processes: number): Promise<Starter> {
  const victims = Array.from({ length: processes }, () => new VictimProcess())
  await Promise.all(victims.map(({ ready }) => ready))
  return {
    async all({ stage, lockTimeoutMs }) {
      const job = { ...stage.project.job(), lockTimeoutMs, busyTimeoutMs: 60_000 }
      const obeyed = await Promise.all(victims.map((victim) => victim.obey({ runner: stage.of.runner, job })))
      return obeyed.map(({ said }) => said)
    },
    async end() {
      await Promise.all(victims.map((victim) => victim.end()))
    },
  }
}

const commands: Starter = {
  async all({ stage, processes, lockTimeoutMs }) {
    const words = [...stage.project.words, '--lock-timeout', `${lockTimeoutMs}ms`]
    const running = Array.from({ length: processes }, () =>
      startProcess(whimbrelCommand(words), stage.project.folder),
    )
    const ended = await Promise.all(running.map((one) => one.ended))
    return ended.map(({ stdout }) => saidByCommand(stdout))
  },
  async end() {
    // They have ended by themselves.
  },
}

function judge(said: readonly (Said | undefined)[], { project, judge }: Stage): Outcome {
  const base = { hit: true, states: 1 }
  const verdict = judge.look(standingOf(project.aside()))
  if (verdict.is !== 'legal') return { ...base, wrong: verdict.is, why: verdict.why }
  const unlike = said.find((one) => one === undefined || ![0, 4].includes(one.exitCode))
  if (said.includes(undefined) || unlike !== undefined) {
    return { ...base, wrong: 'failed', why: `${unlike?.exitCode} ${unlike?.code}: ${unlike?.message}` }
  }
  const done = said.flatMap((one) => one?.done ?? [])
  if (verdict.rank !== judge.last || done.join() !== project.steps.join()) {
    return {
      ...base,
      wrong: 'twice or never',
      why: `${verdict.rank} steps are there; done, as they say: ${done.join(', ')}`,
    }
  }
  const waiting = said.filter((one) => one?.exitCode === 4).length
  return { ...base, left: `${waiting} gave up` }
}
