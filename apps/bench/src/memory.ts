import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type GeneratedMigration, objectPrefix } from './generate.ts'
import { hasProbe, peakProbe, readProbe } from './probe.ts'
import type { BenchTool, Place } from './tool.ts'
import { runTool } from './tool-process.ts'

/** What one tool needed for many large files. */
export interface LargeFiles {
  readonly tool: string
  readonly milliseconds: number
  /** Peak memory in MB, undefined where it cannot be measured here. */
  readonly peak: number | undefined
}

const count = 1000
const statementsPerFile = 16
const literal = 'x'.repeat(64 * 1024)
const table = `${objectPrefix}large`

/** Applies 1,000 migrations of 1 MB, one tool after the other, and removes the files again. */
export function measureLargeFiles(root: string, tools: readonly BenchTool[]): readonly LargeFiles[] {
  return tools.map((tool) => {
    const directory = mkdtempSync(join(root, 'large-'))
    const database = join(directory, 'app.db')
    const place: Place = { directory, migrations: join(directory, 'migrations'), database, journal: 'wal' }
    const handle = new Database(database)
    handle.pragma('journal_mode = wal')
    handle.close()
    try {
      for (let version = 1; version <= count; version += 1) tool.prepare(place, [largeMigration(version)])
      return apply(tool, place)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
}

function apply(tool: BenchTool, place: Place): LargeFiles {
  let milliseconds = 0
  const start = (through: readonly string[]): void => {
    milliseconds = runTool(tool, 'apply', place, { through }).milliseconds
  }
  const peak = hasProbe(peakProbe) ? readProbe(peakProbe, start) : void start([])
  const database = new Database(place.database, { readonly: true })
  const rows = database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()
  const recorded = database.prepare<[], number>(tool.recordedSql).pluck().get()
  database.close()
  if (rows !== count * statementsPerFile || recorded !== count) {
    throw new Error(`${tool.name} recorded ${recorded} large migrations and left ${rows} rows`)
  }
  return { tool: tool.name, milliseconds, peak: peak ?? undefined }
}

/** Its size is in the text, not in the database: what is measured is the tool. */
function largeMigration(version: number): GeneratedMigration {
  const insert = `INSERT INTO ${table} (version, size) VALUES (${version}, length('${literal}'))`
  const create = `CREATE TABLE ${table} (version INTEGER NOT NULL, size INTEGER NOT NULL)`
  const inserts = Array.from({ length: statementsPerFile }, () => insert)
  return {
    version,
    stem: `${String(version).padStart(4, '0')}_large`,
    up: version === 1 ? [create, ...inserts] : inserts,
    down: [`DELETE FROM ${table} WHERE version = ${version}`],
  }
}
