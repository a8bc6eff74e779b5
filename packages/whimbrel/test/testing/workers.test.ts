import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { TestFolders } from './test-migrations.ts'

const folders = new TestFolders()
/** Where the engine is: the compiled program lies outside of the packages. */
const modules = fileURLToPath(new URL('../../../sqlite-driver/node_modules', import.meta.url))
const many = Object.fromEntries(
  Array.from({ length: 40 }, (_, at) => [`${at + 1}_t`, [`CREATE TABLE t${at + 1} (a);`] as const]),
)
let program: string

beforeAll(async () => {
  // Node.js 20 runs no TypeScript.
  program = mkdtempSync(join(tmpdir(), 'whimbrel-'))
  await build({
    entry: { worker: fileURLToPath(new URL('worker.ts', import.meta.url)) },
    outDir: program,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    target: 'node20',
    config: false,
    silent: true,
    noExternal: [/^(?!better-sqlite3)/],
    esbuildOptions(options) {
      options.conditions = ['@whimbrel/source']
      options.mainFields = ['module', 'main']
    },
  })
})

afterAll(() => rmSync(program, { recursive: true, force: true }))

interface Found {
  readonly migrations: number
  readonly rows: number
  readonly run: string
}

/** A worker that makes so many databases. */
function start(migrations: string, temporary = folders.root, count = 1) {
  const args = [join(program, 'worker.mjs'), migrations, folders.cache.directory, String(count)]
  const env = { ...process.env, TMPDIR: temporary, NODE_PATH: modules }
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
}

async function foundBy({ stdout }: ReturnType<typeof start>): Promise<readonly Found[]> {
  return JSON.parse(await text(stdout)) as Found[]
}

const whole = { migrations: 40, rows: 1, run: expect.any(String) }

it('several workers that start together get whole databases, keep one image, and leave no other file', async () => {
  const migrations = folders.write(many)
  const temporary = mkdtempSync(join(folders.root, 'tmp-'))
  const workers = Array.from({ length: 3 }, () => start(migrations, temporary, 3))
  expect((await Promise.all(workers.map(foundBy))).flat()).toEqual(Array.from({ length: 9 }, () => whole))
  expect(readdirSync(folders.cache.directory)).toHaveLength(1)
  expect(readdirSync(temporary)).toEqual([])
})

it('a worker that is killed leaves nothing that the next one would take for an image', async () => {
  const migrations = folders.write(many)
  for (const delay of [60, 90, 120]) {
    const worker = start(migrations)
    setTimeout(() => worker.kill('SIGKILL'), delay)
    await once(worker, 'close')
  }
  expect(await foundBy(start(migrations))).toEqual([whole])
})

it('an image is used by every worker until it is damaged, and then made again', async () => {
  const migrations = folders.write(many)
  const runs: (string | undefined)[] = []
  const work = async () => void runs.push((await foundBy(start(migrations)))[0]?.run)
  await work()
  await work()
  const path = join(folders.cache.directory, String(readdirSync(folders.cache.directory)[0]))
  truncateSync(path, statSync(path).size - 100)
  await work()
  await work()
  expect([runs[1], runs[3]]).toEqual([runs[0], runs[2]])
  expect(runs[2]).not.toBe(runs[0])
})
