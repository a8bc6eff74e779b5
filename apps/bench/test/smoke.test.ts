import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

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

it('ends with 1 and one line for an option that does not exist', () => {
  const { status, stdout, stderr } = bench('--tools', 'flyway')
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(/^--tools flyway is none of .*\n$/)
})
