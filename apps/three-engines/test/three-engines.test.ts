import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Driver } from '@whimbrel/core'
import { mysqlDriver } from '@whimbrel/mysql-driver'
import { postgresDriver } from '@whimbrel/postgres-driver'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as mysql from '../../../packages/mysql-driver/test/test-server.ts'
import * as postgres from '../../../packages/postgres-driver/test/test-server.ts'
import { Shop } from './shop.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const names = ['settings', 'catalog', 'orders']
const hasServers = [await postgres.hasServer(), await mysql.hasServer()].every(Boolean)

/** Rows of a query, on a connection of its own. */
async function rows(driver: Driver, sql: string): Promise<readonly object[]> {
  const session = await driver.session('read')
  try {
    return await session.query(sql)
  } finally {
    await session.close()
    await driver.close()
  }
}

describe.skipIf(!hasServers)('the shop with three engines', { shuffle: false }, () => {
  let shop: Shop
  const sold = () =>
    rows(mysqlDriver({ url: shop.databases.orders.url }), 'SELECT id, till, total FROM orders ORDER BY id')

  beforeAll(async () => {
    shop = await Shop.open()
  })

  afterAll(() => shop?.remove())

  it('does what its README says: plan, up, status, down and up again', async () => {
    const ended = []
    for (const words of documentedCommands()) {
      ended.push(await shop.run(...words))
      if (words.includes('down')) expect(await sold()).toEqual([])
    }
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    const [plan, up, status, , again] = ended.map(({ stdout }) => stdout)
    expect(orderIn(plan ?? '')).toEqual([
      '1 settings 001_create_settings … 003_settings_per_till',
      '2 catalog 001_create_products … 003_discontinued_products',
      '3 settings 004_show_discontinued',
      '4 catalog 004_find_prices',
      '5 orders 001_create_orders … 004_first_orders',
    ])
    for (const name of names) expect(up).toMatch(new RegExp(`^${name} +4 applied`, 'm'))
    for (const id of names.flatMap(idsOf)) expect(status).toContain(`✓ ${id} `)
    expect(status).toMatch(/\nEverything is up to date\.\n$/)
    expect(again).toMatch(/^orders +1 applied/m)
    // Both servers make scratch databases for it, which is slow on a disk that others use, too.
  }, 120_000)

  it('counts in MariaDB with triggers, once for each time that lines were written', async () => {
    expect(await sold()).toEqual([
      { id: 1, till: 'T1', total: '31.00' },
      { id: 2, till: 'T2', total: '9.50' },
    ])
  })

  it('has in the others what only they have', async () => {
    const catalog = postgresDriver({ url: shop.databases.catalog.url })
    expect(
      await rows(
        catalog,
        `SELECT indexrelid::regclass::text AS name, indisvalid::text AS valid, enum_range(NULL::product_state)::text AS states
           FROM pg_index WHERE indexrelid = 'prices_of_product'::regclass`,
      ),
    ).toEqual([{ name: 'prices_of_product', valid: 'true', states: '{draft,on_sale,discontinued}' }])
    const settings = sqliteDriver({ path: `${shop.directory}/data/settings.db` })
    expect(await rows(settings, 'SELECT till, key, value FROM settings WHERE till IS NOT NULL')).toEqual([
      { till: 'T2', key: 'show_discontinued', value: 'yes' },
    ])
  })

  it('takes every order back, and says what cannot be taken back', async () => {
    const all = await shop.run('down', '--db', 'orders', '--all', '--allow-data-loss')
    expect([all.code, all.stdout]).toEqual([0, expect.stringMatching(/^orders +4 rolled back/)])
    const { code, stderr } = await shop.run('down', '--db', 'catalog', '--steps', '2')
    expect(code).not.toBe(0)
    expect(stderr).toContain('PostgreSQL cannot take a value out of an enum')
  })
})

/** The words behind `npx whimbrel` in the README. */
function documentedCommands(): string[][] {
  const [, block = ''] = /^```sh\n(.*?)^```$/ms.exec(readFileSync(here('../README.md'), 'utf8')) ?? []
  return block
    .trimEnd()
    .split('\n')
    .map((line) => line.replace('npx whimbrel ', '').split(' '))
}

/** The lines of a plan that say what comes after what. */
function orderIn(plan: string): string[] {
  const lines = plan.slice(plan.indexOf('In this order:')).match(/^ +\d .*$/gm) ?? []
  return lines.map((line) => line.trim().replace(/ {2,}/, ' '))
}

function idsOf(name: string): string[] {
  return readdirSync(here(`../databases/${name}`)).map((file) => file.replace('.sql', ''))
}
