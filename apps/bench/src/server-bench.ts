import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ServerContest } from './servers/server-contest.ts'
import { mariadb, postgres } from './servers/server-engine.ts'
import { type ServerFindings, serverHeading, serverPart, serverTables } from './servers/server-page.ts'
import { serverScenarios } from './servers/server-scenario.ts'
import type { ServerTool } from './servers/server-tool.ts'
import { dbmate } from './servers/tools/dbmate.ts'
import { drizzleOrm } from './servers/tools/drizzle-orm.ts'
import { knex } from './servers/tools/knex.ts'
import { kysely } from './servers/tools/kysely.ts'
import { nodePgMigrate } from './servers/tools/node-pg-migrate.ts'
import { raw, rawOneMessage } from './servers/tools/raw.ts'
import { whimbrel, whimbrelUp } from './servers/tools/whimbrel.ts'

/**
 * What migrating costs on the servers of TEST_POSTGRES_URL and TEST_MYSQL_URL:
 * `node dist/server-bench.js [--runs 5] [--count 100] [--many 1000] [--only WORDS] [--tools A,B] [--remark WORDS] [--write]`.
 */
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    count: { type: 'string', default: '100' },
    many: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    tools: { type: 'string', default: '' },
    remark: { type: 'string', default: ' on the same machine' },
    write: { type: 'boolean', default: false },
  },
})
const page = new URL('../../../docs/benchmarks.md', import.meta.url)
const all: readonly ServerTool[] = [
  raw,
  rawOneMessage,
  whimbrel,
  whimbrelUp,
  drizzleOrm,
  knex,
  nodePgMigrate,
  dbmate,
  kysely,
]
const tools = all.filter(({ name }) => options.tools === '' || options.tools.split(',').includes(name))

async function measureAll(root: string, publish: (found: ServerFindings['measured']) => void): Promise<void> {
  const contest = new ServerContest(root, Number(options.runs))
  const scenarios = serverScenarios(Number(options.count), Number(options.many))
  const found: ServerFindings['measured'][number][] = []
  for (const scenario of scenarios.filter(({ title }) => title.includes(options.only))) {
    const { engine, sharing } = scenario
    const able = tools.filter(({ sharings, name }) =>
      sharing === undefined
        ? sharings[engine.name] !== undefined && name !== rawOneMessage.name
        : sharings[engine.name]?.includes(sharing),
    )
    process.stderr.write(`${scenario.title}\n`)
    found.push({ scenario, figures: await contest.measure(scenario, able) })
    process.stdout.write(`${serverTables(found.slice(-1))}\n`)
    publish(found)
  }
}

/** Which servers answer. */
async function servers(): Promise<string> {
  const version = async (engine: typeof postgres, sql: string) => {
    const url = await engine.create()
    try {
      return `${engine.name} ${/^[\d.]+/.exec(await engine.value(url, sql))?.[0]}`
    } finally {
      await engine.drop(url)
    }
  }
  return `${await version(postgres, 'SHOW server_version')} and ${await version(mariadb, 'SELECT version()')}`
}

const root = mkdtempSync(join(tmpdir(), 'whimbrel-bench-'))
try {
  const [before = 0] = loadavg()
  const names = await servers()
  await measureAll(root, (measured) => {
    if (!options.write) return
    const [after = 0] = loadavg()
    const part = serverPart({
      tools,
      runs: Number(options.runs),
      servers: names,
      remark: options.remark,
      load: [before, after],
      measured,
    })
    const [others = ''] = readFileSync(page, 'utf8').split(serverHeading)
    writeFileSync(page, `${others.trimEnd()}\n\n${part}`)
  })
} finally {
  rmSync(root, { recursive: true, force: true })
}
