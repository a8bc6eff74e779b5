import { asMilliseconds, asRatio, median, minimum, table } from '../table.ts'
import type { ServerFigures } from './server-contest.ts'
import type { ServerScenario } from './server-scenario.ts'
import type { ServerTool } from './server-tool.ts'

/** What was measured on servers. */
export interface ServerFindings {
  readonly tools: readonly ServerTool[]
  readonly runs: number
  readonly servers: string
  /** How the servers are set up, in words that follow their names. */
  readonly remark: string
  /** Processes that wanted a core, when it began and when it ended. */
  readonly load: readonly [number, number]
  readonly measured: readonly {
    readonly scenario: ServerScenario
    readonly figures: readonly ServerFigures[]
  }[]
}

/** One table a scenario. */
export function serverTables(measured: ServerFindings['measured']): string {
  return measured
    .map(({ scenario, figures }) => `### ${scenario.title}\n\n${scenarioTable(figures)}`)
    .join('\n')
}

function scenarioTable(figures: readonly ServerFigures[]): string {
  const [raw] = figures
  const head = ['tool', 'ms', 'least', '× raw', 'of the least', 'round trips', 'connections']
  const rows = figures.map(({ tool, milliseconds, wire }) => [
    tool,
    asMilliseconds(median(milliseconds)),
    asMilliseconds(minimum(milliseconds)),
    asRatio(median(milliseconds), median(raw?.milliseconds)),
    asRatio(minimum(milliseconds), minimum(raw?.milliseconds)),
    String(wire.roundTrips),
    String(wire.connections),
  ])
  return table(head, rows)
}

/** Where the part begins in `docs/benchmarks.md`; it goes to the end of the page. */
export const serverHeading = '## PostgreSQL and MariaDB\n'

/** That part. */
export function serverPart(findings: ServerFindings): string {
  const { tools, runs, servers, remark, load, measured } = findings
  const [before, after] = load.map((each) => each.toFixed(1))
  return `${serverHeading}
The same migrations in the words of each server, by turns in one process: a new database for every run, milliseconds from
before a tool connects until it has disconnected. Afterwards the schema and the number of records must be those of the raw loop.
**Round trips** are the times that a client sent something and waited for the answer, counted by a proxy in a run of their own,
without those that make a connection. They travel: with a server at a distance of 2 ms they decide.

\`\`\`sh
pnpm --filter @whimbrel/bench bench:servers --runs 9 --write
\`\`\`

${tools.map(({ name, version, setup }) => `- **${name}** ${version}. ${setup}\n`).join('')}
${new Date().toISOString().slice(0, 10)}, ${servers}${remark}. ${runs} runs of each; ${before} processes wanted
a core when it began and ${after} when it ended.

${serverTables(measured)}`
}
