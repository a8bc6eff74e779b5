import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type DatabaseOptions } from 'whimbrel/testing'
import { generateMigrations } from './generate.ts'
import { asSingleFile } from './single-file.ts'
import { writeFiles } from './write-files.ts'

/**
 * What a test database at head costs: the migrations run, or a kept image copied, into a file and into memory:
 * `node dist/template-bench.js [migrations] [runs]`. Each figure is from making the database to its first query and
 * its close; the last one is the first in a new process, which has to read and verify the image.
 */
const self = fileURLToPath(import.meta.url)
const [task = '1000', size = '20', folder = ''] = process.argv.slice(2)

async function once(migrations: string, options: DatabaseOptions): Promise<number> {
  const started = performance.now()
  const database = await createTestDatabase({ migrations, ...options })
  database.handle.prepare('SELECT count(*) FROM schema_migrations').get()
  await database.close()
  return performance.now() - started
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function medianOf(runs: number, work: () => number | Promise<number>): Promise<number> {
  const values: number[] = []
  for (let run = 0; run < runs; run += 1) values.push(await work())
  return median(values)
}

function inNewProcess(migrations: string): number {
  const { stdout, stderr } = spawnSync(process.execPath, [self, 'first', '0', migrations], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return Number(stdout)
}

async function compare(count: number, runs: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'whimbrel-bench-'))
  const migrations = join(root, 'migrations')
  const cache = { directory: join(root, 'cache') }
  try {
    writeFiles(migrations, generateMigrations(count), asSingleFile)
    // As if they had been written some time ago: what was just written is read every time.
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    const replay = await medianOf(Math.min(runs, 5), () => once(migrations, { cache: false }))
    for (const inMemory of [false, true]) await once(migrations, { cache, inMemory })
    const line = (name: string, ms: number) =>
      process.stdout.write(
        `${name.padEnd(34)} ${ms.toFixed(1).padStart(8)} ms  ${(replay / ms).toFixed(0).padStart(5)} times faster\n`,
      )
    line(`${count} migrations, run`, replay)
    line('image copied into a file', await medianOf(runs, () => once(migrations, { cache })))
    line('image copied into memory', await medianOf(runs, () => once(migrations, { cache, inMemory: true })))
    line('the first in a new process', await medianOf(5, () => inNewProcess(root)))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

if (task === 'first')
  process.stdout.write(
    String(await once(join(folder, 'migrations'), { cache: { directory: join(folder, 'cache') } })),
  )
else await compare(Number(task), Number(size))
