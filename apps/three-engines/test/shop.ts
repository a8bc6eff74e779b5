import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as mysql from '../../../packages/mysql-driver/test/test-server.ts'
import * as postgres from '../../../packages/postgres-driver/test/test-server.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const command = here('../node_modules/@whimbrel/cli/bin/whimbrel.cjs')

/** What a command left. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Databases {
  readonly catalog: postgres.TestDatabase
  readonly orders: mysql.TestDatabase
}

/** A copy of the shop's manifest and migrations, over databases of its own. */
export class Shop {
  readonly directory = mkdtempSync(join(tmpdir(), 'whimbrel-'))
  readonly databases: Databases

  private constructor(databases: Databases) {
    this.databases = databases
    cpSync(here('../databases'), join(this.directory, 'databases'), { recursive: true })
  }

  static async open(): Promise<Shop> {
    return new Shop({ catalog: await postgres.testDatabase(), orders: await mysql.testDatabase() })
  }

  /** Runs the built command in its folder, as a person would. */
  run(...args: readonly string[]): Promise<Ended> {
    const env = {
      PATH: process.env.PATH,
      NO_COLOR: '1',
      CATALOG_URL: this.databases.catalog.url,
      ORDERS_URL: this.databases.orders.url,
    }
    const ended = promisify(execFile)(process.execPath, [command, ...args], { cwd: this.directory, env })
    return ended.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
    )
  }

  /** Drops its databases and takes its files away. */
  async remove(): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true })
    for (const database of Object.values(this.databases)) await database.remove()
  }
}
