import { MigrateError } from '@whimbrel/core'
import type { Product } from './product.ts'

/** Throws USAGE where a database to be opened is on a server: there are handles of files only. */
export function refuseServers({ selected, all }: Product): void {
  const server = selected.find(({ path }) => path === undefined)
  if (server === undefined) return
  const files = selected.filter(({ path }) => path !== undefined).map(({ name }) => `'${name}'`)
  const others =
    files.length === 0
      ? ''
      : `, then open the others with openDatabases({ databases: [${files.join(', ')}] })`
  const which = all.length > 1 ? `"${server.name}"` : 'The database'
  throw new MigrateError(
    'USAGE',
    `${which} is on a server (${server.url}), and handles are opened of SQLite files only`,
    {
      hint: `Call migrate(), which works on every engine, and connect to it with a client of your own${others}`,
      details: { database: server.name },
    },
  )
}
