import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
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

function start(migrations: string, temporary: string) {
  const args = [join(program, 'worker.mjs'), migrations, folders.cache.directory, '3']
  return spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporary, NODE_PATH: modules },
  })
}

it('several workers that start together get whole databases, keep one image, and leave no other file', async () => {
  const migrations = folders.write(many)
  const temporary = mkdtempSync(join(folders.root, 'tmp-'))
  const workers = Array.from({ length: 3 }, () => start(migrations, temporary))
  const printed = await Promise.all(workers.map(({ stdout }) => text(stdout)))
  expect(printed).toEqual(['[41,41,41]', '[41,41,41]', '[41,41,41]'])
  expect(readdirSync(folders.cache.directory)).toHaveLength(1)
  expect(readdirSync(temporary)).toEqual([])
})

it('a worker that is killed leaves nothing that the next one would take for an image', async () => {
  const migrations = folders.write(many)
  for (const delay of [60, 90, 120]) {
    const worker = start(migrations, folders.root)
    setTimeout(() => worker.kill('SIGKILL'), delay)
    await once(worker, 'close')
  }
  const last = start(migrations, folders.root)
  expect(await text(last.stdout)).toBe('[41,41,41]')
})
