import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openDatabases } from 'whimbrel'
import { asMilliseconds, asRatio, median } from './table.ts'

/**
 * What the one call of an application costs where nothing is pending, in process and warm, beside three handles that
 * are opened with the same pragmas: `node dist/embedded-bench.js [migrations] [runs]`.
 */
const [migrations = '50', runs = '200'] = process.argv.slice(2)
const names = ['settings', 'graph', 'ontology']

/** Writes a manifest and the migrations of three databases. */
function install(folder: string, count: number): void {
  const entries = names.map((name) => [name, { url: `sqlite:${name}.db`, migrations: name }])
  writeFileSync(join(folder, 'whimbrel.json'), JSON.stringify({ databases: Object.fromEntries(entries) }))
  for (const name of names) {
    mkdirSync(join(folder, name))
    for (let number = 1; number <= count; number += 1) {
      const stem = `t${number}`
      writeFileSync(
        join(folder, name, `${String(number).padStart(4, '0')}_create_${stem}.sql`),
        `-- === UP MIGRATION ===
CREATE TABLE ${stem} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT);
CREATE INDEX ${stem}_name ON ${stem} (name);

-- === DOWN MIGRATION ===
DROP TABLE ${stem};
`,
      )
    }
  }
}

/** What an application without migrations would do. */
function openRaw(folder: string): void {
  const handles = names.map((name) => {
    const handle = new Database(join(folder, `${name}.db`), { fileMustExist: true, timeout: 5_000 })
    handle.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL')
    for (const pragma of ['journal_mode', 'foreign_keys', 'busy_timeout', 'synchronous'])
      handle.pragma(pragma, { simple: true })
    return handle
  })
  for (const handle of handles) handle.close()
}

async function timed(work: () => void | Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

const folder = mkdtempSync(join(tmpdir(), 'whimbrel-bench-'))
try {
  install(folder, Number(migrations))
  const open = async () => {
    const opened = await openDatabases({ directory: folder, env: {} })
    opened.close()
  }
  for (let round = 0; round < 20; round += 1) await open()
  const raw: number[] = []
  const whimbrel: number[] = []
  // In turn, so that whatever else the machine does meets both.
  for (let run = 0; run < Number(runs); run += 1) {
    raw.push(await timed(() => openRaw(folder)))
    whimbrel.push(await timed(open))
  }
  const [rawMs = 0, whimbrelMs = 0] = [median(raw), median(whimbrel)]
  process.stdout.write(
    `Three databases with ${migrations} migrations each and nothing pending, median of ${runs}: ` +
      `three handles ${asMilliseconds(rawMs)} ms, openDatabases ${asMilliseconds(whimbrelMs)} ms, ` +
      `ratio ${asRatio(whimbrelMs, rawMs)}, overhead ${asMilliseconds(whimbrelMs - rawMs)} ms ` +
      `(least: ${asMilliseconds(Math.min(...whimbrel) - Math.min(...raw))} ms)\n`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
