import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderSource } from '@whimbrel/core/fs'
import { processOwner } from '@whimbrel/core/process'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { type ReleaseDatabase, ReleaseRunner, type ReleaseRunnerOptions } from '../src/index.ts'
import type { DatabasePool } from './database-pool.ts'
import { atPlace, driverOf, type Engine, type Place } from './engine.ts'
import type { Folders } from './product.ts'

/** What another process needs to know of a product. */
export interface ProductPlaces {
  readonly folder: string
  readonly places: Readonly<Record<string, Place>>
}

/** Databases of several engines with their migrations in one folder. */
export class MixedProduct {
  readonly folder: string
  readonly places: Readonly<Record<string, Place>>

  constructor({ folder, places }: ProductPlaces) {
    this.folder = folder
    this.places = places
  }

  /** Empty databases of a pool, in a folder of its own; `remove` gives them back. */
  static async create(
    pool: DatabasePool,
    engines: Readonly<Record<string, Engine>>,
    folders: Folders,
  ): Promise<MixedProduct & AsyncDisposable> {
    const folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))
    const places: Record<string, Place> = {}
    for (const [name, engine] of Object.entries(engines))
      places[name] = await pool.take(engine, { folder, name })
    const product = new MixedProduct({ folder, places })
    product.write(folders)
    const remove = async () => {
      for (const place of Object.values(places)) await pool.give(place)
      rmSync(folder, { recursive: true, force: true })
    }
    return Object.assign(product, { [Symbol.asyncDispose]: remove })
  }

  get names(): readonly string[] {
    return Object.keys(this.places)
  }

  /** The same databases and migrations, of which a manifest names only some. */
  only(...names: readonly string[]): MixedProduct {
    const places = Object.fromEntries(names.map((name) => [name, this.#placeOf(name)]))
    return new MixedProduct({ folder: this.folder, places })
  }

  write(folders: Folders): void {
    for (const [name, migrations] of Object.entries(folders)) {
      mkdirSync(join(this.folder, name), { recursive: true })
      for (const [id, [up, down = '', header = '']] of Object.entries(migrations)) {
        const text = `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`
        writeFileSync(join(this.folder, name, `${id}.sql`), text)
      }
    }
  }

  databases(change: (name: string) => Partial<ReleaseDatabase> = () => ({})): readonly ReleaseDatabase[] {
    return Object.entries(this.places).map(([name, place]) => ({
      name,
      driver: driverOf(place),
      tracker: sqlVersionTracker({ dialect: place.engine }),
      source: folderSource({ directory: join(this.folder, name), label: name }),
      lockTimeoutMs: 5_000,
      ...change(name),
    }))
  }

  runner(options: Partial<ReleaseRunnerOptions> = {}): ReleaseRunner {
    return new ReleaseRunner({
      databases: this.databases(),
      runner: processOwner('a test', '1.2.3'),
      ...options,
    })
  }

  up(options: Partial<ReleaseRunnerOptions> = {}) {
    return this.runner(options).run({ direction: 'up' })
  }

  /** Id of the newest applied migration of each database, `none` where there is none. */
  async standing(): Promise<Record<string, string>> {
    const standing: Record<string, string> = {}
    for (const { name, driver, tracker } of this.databases()) {
      if (!(await driver.exists())) {
        standing[name] = 'none'
        continue
      }
      const session = await driver.session('read')
      const applied = await tracker.applied(session)
      await session.close()
      standing[name] = applied.at(-1)?.id ?? 'none'
    }
    return standing
  }

  /** Names of the databases beside which a run journal stands. */
  async journals(): Promise<readonly string[]> {
    const found: string[] = []
    for (const { name, driver } of this.databases())
      if ((await driver.runJournal?.read()) !== undefined) found.push(name)
    return found
  }

  rows<Row extends object>(name: string, sql: string): Promise<readonly Row[]> {
    return atPlace<Row>(this.#placeOf(name), sql)
  }

  #placeOf(name: string): Place {
    const place = this.places[name]
    if (place === undefined) throw new Error(`There is no ${name}`)
    return place
  }
}

/** A table in each database, and a second release that changes it with two migrations. */
export function twoMixedReleases(names: readonly string[]): {
  readonly first: Folders
  readonly second: Folders
} {
  const each = (migrations: Folders[string]): Folders =>
    Object.fromEntries(names.map((name) => [name, migrations]))
  return {
    first: each({
      '001_notes': [
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, body VARCHAR(40));\nINSERT INTO notes VALUES (1, 'first');",
        'DROP TABLE notes;',
      ],
    }),
    second: each({
      '002_tags': [
        "ALTER TABLE notes ADD COLUMN tag VARCHAR(40);\nUPDATE notes SET tag = 'x';",
        'ALTER TABLE notes DROP COLUMN tag;',
      ],
      '003_index': ['CREATE INDEX notes_tag ON notes (tag);', 'DROP INDEX notes_tag;'],
    }),
  }
}
