import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ShopDatabases, shopDatabases } from './shop-servers.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const command = here('../node_modules/@whimbrel/cli/bin/whimbrel.cjs')

/** What a command left. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A copy of the shop's manifest and migrations, over databases of its own. */
export class Shop {
  readonly directory = mkdtempSync(join(tmpdir(), 'whimbrel-'))
  readonly databases: ShopDatabases

  private constructor(databases: ShopDatabases) {
    this.databases = databases
    cpSync(here('../databases'), join(this.directory, 'databases'), { recursive: true })
  }

  static async open(): Promise<Shop> {
    return new Shop(await shopDatabases())
  }

  /** Runs the built command in its folder, as a person would. */
  run(...args: readonly string[]): Promise<Ended> {
    const env = {
      PATH: process.env.PATH,
      NO_COLOR: '1',
      CATALOG_URL: this.databases.catalogUrl,
      ORDERS_URL: this.databases.ordersUrl,
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
    await this.databases.drop()
  }
}
