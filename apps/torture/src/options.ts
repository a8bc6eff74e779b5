import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import type { Vehicle } from './case.ts'
import { campaign, type ScenarioName, scenarioNames } from './scenarios.ts'

export interface Options {
  readonly scenarios: readonly ScenarioName[]
  /** Points, rounds or moments of each case at most; how many by default is up to the scenario. */
  readonly points: number | undefined
  readonly vehicle: Vehicle | undefined
  /** States rebuilt for each moment of a loss of power. */
  readonly states: number
  readonly seed: number
  readonly out: string | undefined
  readonly root: string
  readonly write: boolean
  readonly help: boolean
}

export const usage = `Usage: pnpm torture [options]

Kills, starves and lies to whimbrel and judges what is left of the database. Needs strace, or servers.

  --scenario NAMES  of ${scenarioNames.join(', ')}; default: all but smoke and those that need servers
  --points N        points, rounds or moments of each case at most; default: as many as docs/reliability.md shows
  --vehicle NAME    command or library; default: both
  --states N        states rebuilt for each moment of a loss of power; default: 60
  --seed N          chooses points, losses and random files; default: 1
  --out FILE        keep a line of JSON for each result, and go on from what is there
  --root FOLDER     where to work; default: /dev/shm where that exists
  --write           write the tables of docs/reliability.md anew
  --help            this text
`

/** Reads the arguments. Throws a RangeError or a TypeError that names the wrong one. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: args[0] === '--' ? args.slice(1) : [...args],
    options: {
      scenario: { type: 'string' },
      points: { type: 'string' },
      vehicle: { type: 'string' },
      states: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
      root: { type: 'string', default: existsSync('/dev/shm') ? '/dev/shm' : tmpdir() },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    ...values,
    out: values.out,
    vehicle: vehicleOf(values.vehicle),
    scenarios: scenariosOf(values.scenario),
    points: values.points === undefined ? undefined : wholeNumber('points', values.points),
    states: wholeNumber('states', values.states),
    seed: wholeNumber('seed', values.seed),
  }
}

function scenariosOf(list: string | undefined): readonly ScenarioName[] {
  if (list === undefined) return campaign
  return list.split(',').map((name) => {
    const known = scenarioNames.find((one) => one === name)
    if (known === undefined) throw new RangeError(`--scenario ${name} is none of ${scenarioNames.join(', ')}`)
    return known
  })
}

function vehicleOf(name: string | undefined): Vehicle | undefined {
  if (name === undefined || name === 'command' || name === 'library') return name
  throw new RangeError(`--vehicle ${name} is none of command, library`)
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--${name} ${text} is not a whole number`)
  return Number(text)
}
