import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { countingProxy, type WireCounts } from './counting-proxy.ts'
import { serverMigrations } from './server-migrations.ts'
import type { ServerScenario } from './server-scenario.ts'
import type { ServerPlace, ServerTool } from './server-tool.ts'

/** Everything that was measured of one tool in one scenario. */
export interface ServerFigures {
  readonly tool: string
  /** Milliseconds of each run, connecting included. */
  readonly milliseconds: readonly number[]
  /** Of one more run, behind a proxy. */
  readonly wire: WireCounts
}

interface Entrant {
  readonly tool: ServerTool
  readonly place: ServerPlace
}

/**
 * Lets every tool act once, then every tool again, so that a noisy minute hits all of them, and checks after each run
 * what is there. A run that only warms up goes before.
 */
export class ServerContest {
  readonly #root: string
  readonly #runs: number

  constructor(root: string, runs: number) {
    this.#root = root
    this.#runs = runs
  }

  async measure(scenario: ServerScenario, tools: readonly ServerTool[]): Promise<readonly ServerFigures[]> {
    const figures = new Map(tools.map((tool) => [tool, [] as number[]]))
    const wires = new Map<ServerTool, WireCounts>()
    const entrants = scenario.applied ? await this.#opened(scenario, tools) : []
    try {
      for (let run = -1; run < this.#runs; run += 1) {
        const now = scenario.applied ? entrants : await this.#opened(scenario, tools)
        try {
          // Another one begins each time: what the one before has left to the disk hits all of them.
          for (const entrant of rotated(now, run + 1)) {
            if (run >= 0) figures.get(entrant.tool)?.push(await timed(entrant))
            else wires.set(entrant.tool, await counted(entrant))
          }
          await check(scenario, now)
        } finally {
          if (!scenario.applied) await this.#closed(scenario, now)
        }
      }
    } finally {
      await this.#closed(scenario, entrants)
    }
    return tools.map((tool) => ({
      tool: tool.name,
      milliseconds: figures.get(tool) ?? [],
      wire: wires.get(tool) ?? { connections: 0, roundTrips: 0 },
    }))
  }

  /** A folder and a database for each tool. */
  async #opened(scenario: ServerScenario, tools: readonly ServerTool[]): Promise<readonly Entrant[]> {
    const { engine, files, applied } = scenario
    const entrants: Entrant[] = []
    for (const tool of tools) {
      const directory = mkdtempSync(join(this.#root, 'place-'))
      const migrations = join(directory, 'migrations')
      mkdirSync(migrations)
      const sharing = scenario.sharing ?? tool.sharings[engine.name]?.at(-1) ?? 'all'
      const entrant = { tool, place: { url: await engine.create(), directory, migrations, sharing } }
      entrants.push(entrant)
      tool.prepare(entrant.place, serverMigrations(files, engine.name))
      if (applied) await tool.up(entrant.place)
    }
    return entrants
  }

  async #closed({ engine }: ServerScenario, entrants: readonly Entrant[]): Promise<void> {
    for (const { place } of entrants) {
      await engine.drop(place.url)
      rmSync(place.directory, { recursive: true })
    }
  }
}

async function timed({ tool, place }: Entrant): Promise<number> {
  globalThis.gc?.()
  const started = performance.now()
  await tool.up(place)
  return performance.now() - started
}

async function counted({ tool, place }: Entrant): Promise<WireCounts> {
  const proxy = await countingProxy(place.url)
  try {
    await tool.up({ ...place, url: proxy.url })
    return proxy.counts()
  } finally {
    await proxy.close()
  }
}

function rotated<T>(all: readonly T[], by: number): readonly T[] {
  const at = by % Math.max(1, all.length)
  return [...all.slice(at), ...all.slice(0, at)]
}

/** All tools have made the same schema, and have a record of each migration: none is fast by doing nothing. */
async function check({ engine, files, title }: ServerScenario, entrants: readonly Entrant[]): Promise<void> {
  let wanted: string | undefined
  for (const { tool, place } of entrants) {
    const recorded = await engine.value(place.url, tool.recordedSql)
    if (recorded !== String(files))
      throw new Error(`${tool.name}, ${title}: ${recorded} of ${files} on record`)
    const schema = await engine.value(place.url, engine.schemaSql)
    wanted ??= schema
    if (schema !== wanted || schema.length < files) throw new Error(`${tool.name}, ${title}: another schema`)
  }
}
