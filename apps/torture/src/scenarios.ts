import { backupFaults, backupPowerLoss } from './backup-faults.ts'
import { backupCases } from './backup-stage.ts'
import type { CampaignSettings } from './campaign.ts'
import { type Case, casesOf, type Operation, type Vehicle } from './case.ts'
import { releaseEngines } from './engines/engines-scenario.ts'
import { hostileFiles } from './hostile-files.ts'
import { type Interference, interfere, longReader } from './interference.ts'
import { ioErrors } from './io-errors.ts'
import { killPoints } from './kill-points.ts'
import { powerLoss } from './power-loss.ts'
import { races } from './races.ts'
import {
  releaseControls,
  releaseFaults,
  releaseMoments,
  releases,
  someReleases,
} from './release/release-scenario.ts'
import type { RunnerName } from './runner.ts'
import { serverCuts } from './servers/server-scenario.ts'

export interface ScenarioSettings extends Omit<CampaignSettings, 'points'> {
  readonly points: number | undefined
  readonly states: number
  readonly vehicle: Vehicle | undefined
}

type Scenario = (settings: ScenarioSettings) => Promise<void>

/** How many points of each case are tried by default, where it is not all of them. */
const usual = {
  command: 25,
  interference: 12,
  races: 30,
  readers: 20,
  random: 300,
  moments: 1_000,
  engines: 200,
  servers: 500,
}

const scenarios = {
  kill: async (settings) => {
    for (const of of cases('library', settings))
      await killPoints(of, limited(settings, Number.POSITIVE_INFINITY))
    for (const of of cases('command', settings)) await killPoints(of, limited(settings, usual.command))
  },
  io: async (settings) => {
    for (const of of cases('library', settings))
      await ioErrors(of, limited(settings, Number.POSITIVE_INFINITY))
    for (const of of cases('command', settings)) await ioErrors(of, limited(settings, usual.command))
  },
  power: async (settings) => {
    for (const of of [...cases('library', settings), ...cases('command', settings)]) {
      await powerLoss(of, limited(settings, Number.POSITIVE_INFINITY), settings.states)
    }
  },
  backups: async (settings) => {
    const all = limited(settings, Number.POSITIVE_INFINITY)
    for (const of of backupCases) {
      await backupFaults('kill', of, all)
      await backupFaults('io', of, all)
      await backupPowerLoss(
        of,
        limited({ ...settings, points: undefined }, Number.POSITIVE_INFINITY),
        settings.states,
      )
    }
  },
  races: async (settings) => {
    const limit = settings.points ?? usual.races
    for (const of of cases('library', settings)) {
      for (const processes of [2, 4, 8])
        await races({ of, processes, rounds: limit }, limited(settings, limit))
    }
    for (const of of cases('command', settings).filter(only('batch', ['fresh', 'down']))) {
      await races({ of, processes: 4, rounds: Math.min(limit, 10) }, limited(settings, limit))
    }
  },
  interference: async (settings) => {
    for (const of of cases('library', settings).filter(({ operation }) => operation !== 'fresh')) {
      for (const what of interferences) await interfere(what, of, limited(settings, usual.interference))
      await longReader(of, limited(settings, usual.readers), settings.points ?? usual.readers)
    }
  },
  hostile: async (settings) => {
    const random = settings.points ?? usual.random
    const limit = limited(settings, random)
    for (const of of cases('library', settings).filter(({ mode }) => mode === 'batch' || mode === 'each')) {
      if (of.operation === 'up') await hostileFiles(of, limit, random)
    }
    for (const of of cases('command', settings).filter(only('batch', ['up'])))
      await hostileFiles(of, limit, Math.min(random, 60))
  },
  releases: async (settings) => {
    await releases(limited(settings, Number.POSITIVE_INFINITY))
  },
  'release-moments': async (settings) => {
    const { points: moments = usual.moments } = settings
    await releaseMoments(limited(settings, Number.POSITIVE_INFINITY), { moments })
  },
  'release-faults': async (settings) => {
    const { states, points: races = usual.races } = settings
    await releaseFaults(limited(settings, Number.POSITIVE_INFINITY), { states, races })
  },
  'release-engines': async (settings) => {
    await releaseEngines(limited(settings, usual.engines))
  },
  postgres: async (settings) => {
    await serverCuts('postgres', limited(settings, usual.servers))
    await serverCuts('postgres', limited({ ...settings, points: 30 }, 30), 'no position')
  },
  mariadb: async (settings) => {
    await serverCuts('mysql', limited(settings, usual.servers))
    await serverCuts('mysql', limited({ ...settings, points: 30 }, 30), 'no position')
  },
  /** A little of both, for every day. */
  'server-smoke': async (settings) => {
    for (const engine of ['postgres', 'mysql'] as const) await serverCuts(engine, limited(settings, 2))
  },
  controls: async (settings) => {
    const few = limited(settings, 40)
    await killPoints(wrong('records after the commit', 'WAL'), few)
    await killPoints(wrong('records after the commit', 'DELETE'), few)
    await killPoints(wrong('journal in memory', 'DELETE'), few)
    await killPoints(wrong('says done first', 'WAL'), few)
    await ioErrors(wrong('says done first', 'DELETE'), few)
    await powerLoss(wrong('journal in memory', 'DELETE'), few, 10)
    await powerLoss(wrong('synchronous NORMAL', 'WAL'), few, 10)
    await powerLoss(wrong('synchronous FULL', 'DELETE'), few, 10)
    await races({ of: wrong('no lock', 'WAL'), processes: 4, rounds: 10 }, few)
    await hostileFiles({ ...wrong('trusts its files', 'DELETE'), operation: 'up' }, few, 0)
  },
  'release-controls': async (settings) => {
    await releaseControls(limited(settings, Number.POSITIVE_INFINITY), settings.states)
  },
  /** A little of everything, for every day. */
  smoke: async (settings) => {
    const few = limited(settings, 3)
    const up: Case = { operation: 'up', mode: 'each', journal: 'WAL', vehicle: 'library', runner: 'whimbrel' }
    const down: Case = { ...up, operation: 'down', mode: 'batch', journal: 'DELETE' }
    await killPoints(up, few)
    await killPoints(down, few)
    await ioErrors(down, { ...few, points: 6 })
    await powerLoss(up, { ...few, points: 20 }, 3)
    await races({ of: up, processes: 4, rounds: 1 }, few)
    await killPoints(wrong('records after the commit', 'DELETE'), { ...few, points: 6 })
    await someReleases(few)
  },
} satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios

export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[]

/** Not of a whole campaign: they need servers, and are run when they are asked for. */
const onServers: readonly ScenarioName[] = ['postgres', 'mariadb', 'server-smoke']
const apart: readonly ScenarioName[] = ['smoke', 'release-engines', ...onServers]

/** Those of a whole campaign. */
export const campaign = scenarioNames.filter((name) => !apart.includes(name))

const interferences: readonly Interference[] = ['stopped holder', 'killed holder', 'removed', 'replaced']

/** Those that kill at random moments on servers need none. */
export function needsStrace(name: ScenarioName): boolean {
  return !onServers.includes(name)
}

/** Runs one scenario over all its cases. */
export function runScenario(name: ScenarioName, settings: ScenarioSettings): Promise<void> {
  return scenarios[name](settings)
}

function cases(vehicle: Vehicle, settings: ScenarioSettings): readonly Case[] {
  return settings.vehicle === undefined || settings.vehicle === vehicle ? casesOf(vehicle) : []
}

function limited(settings: ScenarioSettings, points: number): CampaignSettings {
  return { ...settings, points: settings.points ?? points }
}

function only(mode: Case['mode'], operations: readonly Operation[]): (of: Case) => boolean {
  return (of) => of.mode === mode && operations.includes(of.operation)
}

/** A case of a runner that has to be caught. */
function wrong(runner: RunnerName, journal: Case['journal']): Case {
  return { operation: 'fresh', mode: 'each', journal, vehicle: 'library', runner }
}
