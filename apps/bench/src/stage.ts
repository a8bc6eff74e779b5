import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type GeneratedMigration, generateMigrations } from './generate.ts'
import { linkTree } from './link-tree.ts'
import type { Extent, Scenario } from './scenario.ts'
import type { BenchTool, JournalMode, Place } from './tool.ts'
import { runTool } from './tool-process.ts'

/** Makes the folder in which a tool is measured: files at paths it has not seen, and a database in the right state. */
export class Stage {
  readonly migrations: readonly GeneratedMigration[]
  readonly #root: string
  readonly #extent: Extent

  constructor(root: string, extent: Extent, seed: number) {
    this.#root = root
    this.#extent = extent
    this.migrations = generateMigrations(Math.max(extent.total + 1, ...extent.cold), seed)
  }

  /** Lets the tool itself bring a database to the state that most scenarios begin with. */
  makeTemplate(tool: BenchTool, journal: JournalMode): void {
    const template = this.#template(tool, journal)
    if (existsSync(template)) return
    const place = this.#emptyPlace(journal)
    const { total, rollback } = this.#extent
    // In two runs, because one of the tools rolls back what was applied together.
    for (const count of [total - rollback, total]) {
      tool.prepare(place, this.migrations.slice(0, count))
      runTool(tool, 'apply', place)
    }
    if (existsSync(`${place.database}-wal`)) throw new Error(`${tool.name} left a write-ahead log behind`)
    copyFileSync(place.database, template)
    this.clear(place)
  }

  place(tool: BenchTool, scenario: Scenario, journal: JournalMode): Place {
    const place = this.#emptyPlace(journal)
    linkTree(this.#files(tool, scenario.files, journal), place.directory)
    if (scenario.applied > 0) copyFileSync(this.#template(tool, journal), place.database)
    return place
  }

  /** Writes out what is still in memory, so that no tool waits for the files of another. */
  settle(): void {
    spawnSync('sync', ['-f', this.#root])
  }

  clear(place: Place): void {
    rmSync(place.directory, { recursive: true, force: true })
  }

  #template(tool: BenchTool, journal: JournalMode): string {
    return join(this.#root, `${tool.name}-${journal}.db`)
  }

  #files(tool: BenchTool, count: number, journal: JournalMode): string {
    const directory = join(this.#root, `${tool.name}-${journal}-${count}`)
    if (!existsSync(directory)) tool.prepare(placeAt(directory, journal), this.migrations.slice(0, count))
    return directory
  }

  #emptyPlace(journal: JournalMode): Place {
    const place = placeAt(mkdtempSync(join(this.#root, 'place-')), journal)
    // The journal mode is kept in the file, so no tool has to be told.
    const database = new Database(place.database)
    database.pragma(`journal_mode = ${journal}`)
    database.close()
    return place
  }
}

function placeAt(directory: string, journal: JournalMode): Place {
  return {
    directory,
    migrations: join(directory, 'migrations'),
    database: join(directory, 'app.db'),
    journal,
  }
}
