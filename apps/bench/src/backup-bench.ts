import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Backups } from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import Database from 'better-sqlite3'

/**
 * How long a backup takes beside the engine's own, and how much memory, while another process writes:
 * `node dist/backup-bench.js [megabytes] [runs]`. Needs three times the room of the database.
 */
const self = fileURLToPath(import.meta.url)
const [task = '1000', path = '3', target = ''] = process.argv.slice(2)

interface Figures {
  readonly seconds: number
  readonly peakMegabytes: number
}

function fill(file: string, megabytes: number): void {
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = OFF')
  database.exec(`CREATE TABLE events (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT, value REAL, kind INTEGER);
    CREATE INDEX events_kind ON events (kind);
    CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0); CREATE TABLE log (n INTEGER)`)
  const insert =
    database.prepare(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
    INSERT INTO events (name, note, value, kind) SELECT 'event ' || i, hex(randomblob(200)), i / 3.0, i % 97 FROM n`)
  while (statSync(file).size + statSync(`${file}-wal`).size < megabytes * 1e6) insert.run()
  database.close()
}

/** Two tables that agree after every commit, as fast as it goes. */
function write(file: string): void {
  const database = new Database(file, { timeout: 10_000 })
  for (;;) {
    database.exec(
      'BEGIN IMMEDIATE; UPDATE counter SET n = n + 1; INSERT INTO log SELECT n FROM counter; COMMIT',
    )
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
  }
}

async function engineBackup(file: string, copy: string): Promise<void> {
  const database = new Database(file, { readonly: true })
  await database.backup(copy, { progress: () => 0x7fffffff })
  database.close()
}

async function whimbrelBackup(file: string, directory: string): Promise<void> {
  const driver = sqliteDriver({ path: file })
  const backups = new Backups({ database: 'app', driver, tracker: sqlVersionTracker(), directory })
  const { path: copy } = await backups.create({ lock: 'held' })
  const database = new Database(copy, { readonly: true })
  const [counter, logged] = database
    .prepare('SELECT n, (SELECT count(*) FROM log) FROM counter')
    .raw()
    .get() as number[]
  if (counter !== logged) throw new Error(`The copy is of no moment: ${counter} and ${logged}`)
  database.close()
}

function measured(name: string, file: string, to: string): Figures {
  rmSync(to, { recursive: true, force: true })
  const { stdout, stderr } = spawnSync(process.execPath, [self, name, file, to], { encoding: 'utf8' })
  rmSync(to, { recursive: true, force: true })
  if (!stdout.startsWith('{')) throw new Error(stderr)
  return JSON.parse(stdout) as Figures
}

async function child(work: () => Promise<void>): Promise<void> {
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1000
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1000)
  process.stdout.write(JSON.stringify({ seconds, peakMegabytes } satisfies Figures))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function compare(megabytes: number, runs: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'whimbrel-bench-'))
  const file = join(folder, 'app.db')
  let writer: ChildProcess | undefined
  try {
    fill(file, megabytes)
    writer = spawn(process.execPath, [self, 'write', file], { stdio: 'inherit' })
    const figures: Record<string, Figures[]> = { engine: [], whimbrel: [] }
    for (let run = 0; run < runs; run += 1)
      for (const name of ['engine', 'whimbrel']) figures[name]?.push(measured(name, file, join(folder, name)))
    const seconds = (name: string) => median((figures[name] ?? []).map((each) => each.seconds))
    const peak = Math.max(...(figures.whimbrel ?? []).map(({ peakMegabytes }) => peakMegabytes))
    const size = Math.round(statSync(file).size / 1e6)
    process.stdout.write(
      `${size} MB while another process writes, median of ${runs}: the engine's own backup ${seconds('engine').toFixed(1)} s, ` +
        `whimbrel ${seconds('whimbrel').toFixed(1)} s, ratio ${(seconds('whimbrel') / seconds('engine')).toFixed(2)}, peak memory ${peak} MB\n`,
    )
  } finally {
    writer?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

if (task === 'write') write(path)
else if (task === 'engine') await child(() => engineBackup(path, target))
else if (task === 'whimbrel') await child(() => whimbrelBackup(path, target))
else compare(Number(task), Number(path))
