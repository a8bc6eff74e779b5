import type { Diagnosis } from '@whimbrel/core'
import { quoteIdentifier, quoteLiteral } from '../quote-identifier.ts'
import type { OpenTransaction, PreparedTransaction, ServerFacts } from './server-facts.ts'

/** What one thing has to do with the others is seen by people. */
export interface ServerSeen {
  readonly facts: ServerFacts
  readonly schema: string
  /** The process that the greeting named; another one behind a pooler. */
  readonly greeted: number | undefined
  readonly isLocal: boolean
  /** By the clock of this machine, halfway between question and answer, in milliseconds. */
  readonly clock: number
  readonly prepared: readonly PreparedTransaction[]
  readonly open: readonly OpenTransaction[]
}

/** Judges what was seen of a server; decides nothing by itself. */
export function judgeServer(seen: ServerSeen): readonly Diagnosis[] {
  const judges = [server, encoding, writing, rights, tls, pooler, clocks, locks, prepared, open]
  return judges.flatMap((judge) => judge(seen))
}

function server({ facts: { version, checksClients } }: ServerSeen): readonly Diagnosis[] {
  const message = `PostgreSQL ${version}`
  if (checksClients !== null) return [{ name: 'server', verdict: 'ok', message }]
  return [
    {
      name: 'server',
      verdict: 'note',
      message: `${message}, which notices only at the end of a statement that its client is gone`,
      hint: 'PostgreSQL 14 and newer end the statement of a client that was killed within seconds',
    },
  ]
}

function encoding({ facts }: ServerSeen): readonly Diagnosis[] {
  const { encoding: name } = facts
  if (name === 'UTF8') return [{ name: 'encoding', verdict: 'ok', message: 'UTF-8' }]
  const message =
    name === 'SQL_ASCII'
      ? 'SQL_ASCII: the server keeps bytes and does not know of which encoding'
      : `${name}: a migration with a character that it does not have fails`
  return [{ name: 'encoding', verdict: 'note', message, hint: 'A database in UTF-8 holds every character' }]
}

function writing({ facts: { follows, readOnly } }: ServerSeen): readonly Diagnosis[] {
  const name = 'writing'
  if (follows === 1) {
    const hint = 'Give the URL of the primary server'
    return [{ name, verdict: 'problem', message: 'the server follows another one and changes nothing', hint }]
  }
  if (readOnly !== 'on') return [{ name, verdict: 'ok', message: 'the server takes changes' }]
  const hint = 'Set default_transaction_read_only = off for this database, or for the user who migrates'
  return [{ name, verdict: 'problem', message: 'transactions are for reading only here', hint }]
}

function rights({ facts, schema }: ServerSeen): readonly Diagnosis[] {
  const { user, hasSchema, mayUse, mayCreate } = facts
  const name = 'rights'
  const quoted = quoteIdentifier(schema)
  if (hasSchema === 0) {
    const message = `the schema ${schema} of the tracking tables is not there`
    return [{ name, verdict: 'problem', message, hint: `CREATE SCHEMA ${quoted}` }]
  }
  const missing = [...(mayUse === 1 ? [] : ['USAGE']), ...(mayCreate === 1 ? [] : ['CREATE'])]
  if (missing.length === 0) {
    return [{ name, verdict: 'ok', message: `${user} may make tables in the schema ${schema}` }]
  }
  const hint = `GRANT ${missing.join(', ')} ON SCHEMA ${quoted} TO ${quoteIdentifier(user)}`
  return [{ name, verdict: 'problem', message: `${user} may not make tables in the schema ${schema}`, hint }]
}

function tls({ facts, isLocal }: ServerSeen): readonly Diagnosis[] {
  if (facts.tls !== null) return [{ name: 'TLS', verdict: 'ok', message: facts.tls }]
  if (isLocal) return [{ name: 'TLS', verdict: 'ok', message: 'none, on this machine' }]
  const hint = 'Add sslmode=verify-full to the URL: it asks for TLS and for a certificate of this host'
  return [{ name: 'TLS', verdict: 'note', message: 'none: password and data can be read on the way', hint }]
}

function pooler({ facts: { backend }, greeted }: ServerSeen): readonly Diagnosis[] {
  if (greeted === undefined || greeted === backend) return []
  const message = 'behind a pooler, which keeps one connection for each client as it seems'
  const hint =
    'Give the URL of the server itself: a pooler with enough connections may hide that it shares them'
  return [{ name: 'pooler', verdict: 'note', message, hint }]
}

const LARGEST_DIFFERENCE_MS = 5_000

function clocks({ facts: { now }, clock }: ServerSeen): readonly Diagnosis[] {
  const difference = now - clock
  if (Math.abs(difference) <= LARGEST_DIFFERENCE_MS) {
    return [{ name: 'clock', verdict: 'ok', message: 'as on this machine' }]
  }
  const seconds = Math.round(Math.abs(difference) / 1000)
  const message = `${seconds} s ${difference > 0 ? 'ahead of' : 'behind'} this machine`
  const hint = 'Times in records are those of this machine; the order of migrations does not depend on them'
  return [{ name: 'clock', verdict: 'note', message, hint }]
}

function locks({ facts: { lockRoom, locksEach, relations } }: ServerSeen): readonly Diagnosis[] {
  const message = `room for ${lockRoom} in all, for ${relations} tables, indexes and sequences`
  if (relations * 2 < lockRoom) return [{ name: 'locks', verdict: 'ok', message }]
  const hint = `A run in mode "all" over most of them needs a higher max_locks_per_transaction, now ${locksEach}`
  return [{ name: 'locks', verdict: 'note', message, hint }]
}

function prepared({ prepared: left }: ServerSeen): readonly Diagnosis[] {
  return left.map(({ name, owner, seconds }) => ({
    name: 'prepared',
    verdict: 'note',
    message: `the transaction ${name} of ${owner} was prepared ${seconds} s ago and keeps its locks`,
    hint: `End it where nobody is about to: ROLLBACK PREPARED ${quoteLiteral(name)}, or COMMIT PREPARED`,
  }))
}

function open({ open: longest }: ServerSeen): readonly Diagnosis[] {
  const [first] = longest
  if (first === undefined) return []
  const { backend, applicationName, state, seconds } = first
  const more = longest.length === 1 ? '' : ` (and ${longest.length - 1} more)`
  return [
    {
      name: 'transactions',
      verdict: 'note',
      message: `backend ${backend} of "${applicationName}" has one open for ${Math.round(seconds / 60)} min, ${state}${more}`,
      hint: `A migration would wait for the tables that it used: let it end, or SELECT pg_terminate_backend(${backend})`,
    },
  ]
}
