import { parseArgs } from 'node:util'
import { toolNames } from './load-tools.ts'
import { fullExtent, quickExtent, scenarios } from './scenario.ts'

export interface Options {
  readonly runs: number
  /** Scenario ids; empty means all of them. */
  readonly only: readonly string[]
  readonly tools: readonly string[]
  readonly quick: boolean
  readonly write: boolean
  readonly memory: boolean
  readonly help: boolean
}

export const usage = `Compares whimbrel with a raw loop over better-sqlite3 and with other migration tools.

  --runs N         runs of each measurement (default 5, with --quick 1)
  --only A,B       these scenarios: apply-1, apply-100, apply-1000, noop, one-pending, rollback, status, start-up, check, releases
  --tools A,B      these tools: ${toolNames.join(', ')}
  --quick          a few migrations only: shows that everything works, not how fast it is
  --memory         also 1,000 migrations of 1 MB each; needs 3 GB of temporary space
  --write          writes docs/benchmarks.md
`

/** Reads the command line. Throws with words for a person. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: args[0] === '--' ? args.slice(1) : [...args],
    options: {
      runs: { type: 'string' },
      only: { type: 'string', default: '' },
      tools: { type: 'string', default: toolNames.join(',') },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const runs = Number(values.runs ?? (values.quick ? 1 : 5))
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs ${values.runs} is not a whole number above zero`)
  if (values.quick && values.write) throw new Error('--quick gives no figures that are worth --write')
  const tools = names(values.tools)
  const unknown = tools.find((name) => !toolNames.some((known) => known === name))
  if (unknown !== undefined) throw new Error(`--tools ${unknown} is none of ${toolNames.join(', ')}`)
  const only = names(values.only)
  const ids = [
    ...scenarios(values.quick ? quickExtent : fullExtent).map(({ id }) => id),
    'start-up',
    'check',
    'releases',
  ]
  const odd = only.find((id) => !ids.includes(id))
  if (odd !== undefined) throw new Error(`--only ${odd} is none of ${ids.join(', ')}`)
  return { ...values, runs, tools, only }
}

function names(list: string): readonly string[] {
  return list.split(',').filter((name) => name !== '')
}
