import { expect, it } from 'vitest'
import { judgeServer, type ServerSeen } from './judge-server.ts'

const facts: ServerSeen['facts'] = {
  version: '15.1',
  number: 150_001,
  encoding: 'UTF8',
  user: 'ann',
  follows: 0,
  readOnly: 'off',
  hasSchema: 1,
  mayUse: 1,
  mayCreate: 1,
  now: 1_000_000,
  tls: 'TLSv1.3',
  backend: 7,
  lockRoom: 6400,
  locksEach: 64,
  relations: 100,
  checksClients: '2s',
}
const sound: ServerSeen = {
  facts,
  schema: 'public',
  greeted: 7,
  isLocal: false,
  clock: 1_000_100,
  prepared: [],
  open: [],
}

it('finds nothing wrong with a sound server', () => {
  expect(judgeServer(sound).map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    'server ok',
    'encoding ok',
    'writing ok',
    'rights ok',
    'TLS ok',
    'clock ok',
    'locks ok',
  ])
})

it.each<[string, Partial<ServerSeen>, string, RegExp]>([
  ['an old server', { facts: { ...facts, checksClients: null } }, 'server note', /client is gone/],
  ['another encoding', { facts: { ...facts, encoding: 'LATIN1' } }, 'encoding note', /LATIN1/],
  ['no encoding', { facts: { ...facts, encoding: 'SQL_ASCII' } }, 'encoding note', /bytes/],
  ['a copy', { facts: { ...facts, follows: 1 } }, 'writing problem', /follows/],
  ['reading only', { facts: { ...facts, readOnly: 'on' } }, 'writing problem', /reading only/],
  ['no schema', { facts: { ...facts, hasSchema: 0 }, schema: 'a' }, 'rights problem', /schema a .*not there/],
  ['no right', { facts: { ...facts, mayCreate: 0 } }, 'rights problem', /ann may not make tables/],
  ['no TLS', { facts: { ...facts, tls: null } }, 'TLS note', /can be read/],
  ['a pooler', { greeted: 8 }, 'pooler note', /pooler/],
  ['a clock that is ahead', { clock: 900_000 }, 'clock note', /100 s ahead/],
  ['a clock that is behind', { clock: 1_010_000 }, 'clock note', /10 s behind/],
  ['many tables', { facts: { ...facts, relations: 5000 } }, 'locks note', /5000/],
  [
    'a transaction that was left',
    { prepared: [{ name: "a'b", owner: 'ann', seconds: 5 }] },
    'prepared note',
    /a'b of ann/,
  ],
  [
    'a long transaction',
    { open: [{ backend: 9, applicationName: 'report', state: 'idle in transaction', seconds: 600 }] },
    'transactions note',
    /backend 9 of "report" has one open for 10 min/,
  ],
])('tells of %s', (_, change, expected, message) => {
  const found = judgeServer({ ...sound, ...change }).filter(({ verdict }) => verdict !== 'ok')
  expect(found.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([expected])
  expect(found[0]?.message).toMatch(message)
  expect(found[0]?.hint).toBeTruthy()
})
