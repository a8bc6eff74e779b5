import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, type TestContext } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

function torture(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
}

function needsStrace({ skip }: TestContext): void {
  const tried = spawnSync('strace', ['-f', '-qq', '-e', 'inject=fsync:error=EIO', 'true'], {
    encoding: 'utf8',
  })
  if (tried.status !== 0) skip(`strace cannot be used here: ${tried.error?.message ?? tried.stderr}`)
}

it('finds nothing wrong at a few points of each kind of fault, and catches a runner that is wrong', {
  timeout: 120_000,
}, (context) => {
  needsStrace(context)
  const folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))
  const out = join(folder, 'results.jsonl')
  const { status, stdout, stderr } = torture('--scenario', 'smoke', '--out', out)
  const results = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  rmSync(folder, { recursive: true })
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  const faults = [
    'kill -9 at a system call',
    'a system call fails',
    'loss of power',
    'several processes at once',
    'kill -9 at a system call of a recovery',
  ]
  for (const what of faults) expect(stdout).toContain(`| ${what}`)
  const wrong = results
    .filter((result) => result.wrong !== undefined)
    .map(({ case: name }) => name.split(':')[0])
  expect([...new Set(wrong)]).toEqual(['records after the commit', 'no run journal'])
})

it.each([
  ['--scenario', 'earthquake', /^--scenario earthquake is none of kill, io, .*\n$/],
  ['--points', 'many', /^--points many is not a whole number\n$/],
])('ends with 1 and one line for %s %s', (option, value, message) => {
  const { status, stdout, stderr } = torture(option, value)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(message)
})
