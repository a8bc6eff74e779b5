import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import * as mysql from '../../../packages/mysql-driver/test/test-server.ts'
import * as postgres from '../../../packages/postgres-driver/test/test-server.ts'

const servers = fileURLToPath(new URL('../dist/server-bench.js', import.meta.url))
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

const hasServers = [await postgres.hasServer(), await mysql.hasServer()].every(Boolean)

function bench(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
}

it('measures raw and every peer on five migrations and checks what each has done', () => {
  const tools = ['raw', 'drizzle-orm', 'knex', 'dbmate', 'umzug', 'postgrator', 'kysely']
  const { status, stdout, stderr } = bench(
    ...['--quick', '--only', 'one-pending,rollback,status', '--tools', tools.join(',')],
  )
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  for (const scenario of ['One pending on 5', 'Rollback of the last 2', 'Status, 5 applied']) {
    expect(stdout).toContain(`### ${scenario}`)
  }
  for (const tool of tools) expect(stdout).toMatch(new RegExp(`^\\| ${tool} .*\\d\\.\\d`, 'm'))
}, 120_000)

it('measures whimbrel in every scenario with the same checks', () => {
  const { status, stdout, stderr } = bench('--quick', '--tools', 'raw,whimbrel')
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout.match(/^### /gm)).toHaveLength(9)
  expect(stdout).toMatch(/^\| whimbrel .*\d\.\d/m)
  expect(stdout).toContain('whimbrel --version')
  expect(stdout).toMatch(/^\| whimbrel check .*\d\.\d/m)
}, 120_000)

it.skipIf(!hasServers)(
  'measures on servers, where every tool has to leave the same schema and records',
  () => {
    const tools = ['raw', 'whimbrel', 'knex']
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [servers, '--runs', '0', '--count', '10', '--many', '5', '--tools', tools.join(',')],
      { encoding: 'utf8' },
    )
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.match(/^### /gm)).toHaveLength(5)
    const [, noop = ''] = /nothing pending[^|]*(.*?)###/s.exec(stdout) ?? []
    const roundTrips = /^\| whimbrel +\|.*\| +(\d+) \| +\d+ \|$/m.exec(noop)?.[1]
    // On PostgreSQL: what the session needs, which tables there are, and their rows.
    expect(Number(roundTrips)).toBeLessThanOrEqual(3)
  },
  120_000,
)

it('ends with 1 and one line for an option that does not exist', () => {
  const { status, stdout, stderr } = bench('--tools', 'flyway')
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(/^--tools flyway is none of .*\n$/)
})
