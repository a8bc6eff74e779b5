import { type Diagnosis, MigrateError } from '@whimbrel/core'
import { AdvisoryLock } from '../advisory-lock.ts'
import type { Connection } from '../connection.ts'
import type { CheckedOptions } from '../driver-options.ts'
import { findNotices } from '../inspection/find-problems.ts'
import { openConnection } from '../open-connection.ts'
import { judgeServer } from './judge-server.ts'
import { readFacts, readOpenTransactions, readPreparedTransactions } from './server-facts.ts'

/** Looks at the server, the rights, who migrates and who would be in the way. Changes nothing, and takes no lock. */
export async function diagnose(options: CheckedOptions): Promise<readonly Diagnosis[]> {
  let connection: Connection
  try {
    connection = (await openConnection(options, 'read')).connection
  } catch (error) {
    return [problemOf('connection', error)]
  }
  try {
    const server = await attempted('server', () => checkServer(connection, options))
    const lock = await attempted('lock', () => checkLock(connection, options))
    const indexes = await attempted('indexes', () => checkIndexes(connection))
    return [...server, ...lock, ...indexes]
  } finally {
    await connection.close()
  }
}

async function checkServer(
  connection: Connection,
  { schema, target: { host } }: CheckedOptions,
): Promise<readonly Diagnosis[]> {
  const before = Date.now()
  const facts = await readFacts(connection, schema)
  const clock = (before + Date.now()) / 2
  return judgeServer({
    facts,
    schema,
    clock,
    greeted: connection.backend,
    isLocal: host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host),
    prepared: await readPreparedTransactions(connection),
    open: await readOpenTransactions(connection),
  })
}

async function checkLock(connection: Connection, { schema }: CheckedOptions): Promise<readonly Diagnosis[]> {
  const owner = { host: '', pid: 0, command: '', since: '' }
  const holder = await new AdvisoryLock(connection, { schema, owner }).holder()
  if (holder === undefined) return [{ name: 'lock', verdict: 'ok', message: 'nobody holds it' }]
  const { owner: who, server = 'another connection' } = holder
  const by =
    who === undefined ? server : `${who.command} (process ${who.pid} on ${who.host}, since ${who.since})`
  return [{ name: 'lock', verdict: 'note', message: `held by ${by}` }]
}

async function checkIndexes(connection: Connection): Promise<readonly Diagnosis[]> {
  const found = await findNotices(connection)
  if (found.length === 0) return [{ name: 'indexes', verdict: 'ok', message: 'all are valid' }]
  return found.map(({ message, hint }) => ({ name: 'indexes', verdict: 'problem', message, hint }))
}

async function attempted(
  name: string,
  check: () => Promise<readonly Diagnosis[]>,
): Promise<readonly Diagnosis[]> {
  try {
    return await check()
  } catch (error) {
    return [problemOf(name, error)]
  }
}

function problemOf(name: string, error: unknown): Diagnosis {
  if (!MigrateError.is(error)) throw error
  return { name, verdict: 'problem', message: error.message, hint: error.hint }
}
