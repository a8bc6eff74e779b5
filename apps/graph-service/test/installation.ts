import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Driver, HistoryEntry } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { databaseVersion, sqlVersionTracker } from '@whimbrel/version-tracker'
import { ServiceProcess } from './service-process.ts'

const examples = fileURLToPath(new URL('../../../databases', import.meta.url))

/** What stands in a file beside the header. */
interface MigrationText {
  readonly up: string
  readonly down?: string
  readonly header?: string
}

/** A copy of the example databases' manifest and migrations, with a data folder of its own that is not there yet. */
export class Installation {
  readonly directory = mkdtempSync(join(tmpdir(), 'whimbrel-'))
  readonly names = ['settings', 'knowledge_graph', 'ontology'] as const
  readonly #services: ServiceProcess[] = []

  constructor() {
    cpSync(examples, join(this.directory, 'databases'), { recursive: true })
  }

  /** Starts the service on it. */
  start(...args: string[]): ServiceProcess {
    const service = new ServiceProcess(this.directory, args)
    this.#services.push(service)
    return service
  }

  /** Runs the service once, to migrate. */
  async migrate(): Promise<void> {
    const service = this.start()
    await service.ready()
    await service.stop()
  }

  /** Ends every process that was started, and takes the files away. */
  async remove(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop('SIGKILL')))
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** Writes a migration and returns its file. */
  write(database: string, id: string, { up, down = '', header = '' }: MigrationText): string {
    const file = join(this.directory, 'databases', database, `${id}.sql`)
    writeFileSync(
      file,
      `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`.trimStart(),
    )
    return file
  }

  ids(database: string): string[] {
    const files = readdirSync(join(this.directory, 'databases', database))
    return files.map((file) => file.replace('.sql', '')).sort()
  }

  driver(database: string): Driver {
    return sqliteDriver({ path: join(this.directory, 'data', `${database}.db`) })
  }

  history(database: string): Promise<readonly HistoryEntry[]> {
    return databaseVersion({ driver: this.driver(database), tracker: sqlVersionTracker() }).history()
  }

  /** Throws LOCK_TIMEOUT where somebody migrates it at this moment. */
  async lockedBriefly(database: string): Promise<void> {
    const owner = { host: 'test', pid: process.pid, command: 'test', since: new Date().toISOString() }
    const lock = await this.driver(database).lock(owner, { timeoutMs: 0 })
    await lock.release()
  }

  /** Every file of the data folder with a hash of its bytes; empty where there is no folder. */
  bytes(): Readonly<Record<string, string>> {
    const data = join(this.directory, 'data')
    if (!existsSync(data)) return {}
    const hash = (file: string) =>
      createHash('sha256')
        .update(readFileSync(join(data, file)))
        .digest('hex')
    return Object.fromEntries(readdirSync(data).map((file) => [file, hash(file)]))
  }
}
