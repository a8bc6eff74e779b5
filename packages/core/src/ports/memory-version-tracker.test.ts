import { describe, expect, it } from 'vitest'
import type { Migration } from '../model/migration.ts'
import type { Session } from './driver.ts'
import { memoryVersionTracker } from './memory-version-tracker.ts'
import type { Attempt } from './version-tracker.ts'

const migration: Migration = {
  id: '001_create_users',
  version: '1',
  name: 'create_users',
  checksum: 'sha256:aa',
  downChecksum: null,
  fingerprint: 'bb',
  reversible: false,
  empty: false,
  dependsOn: [],
  environments: [],
  transactional: true,
  foreignKeys: false,
  expectLoss: [],
}
const run = { runId: 'run-1', by: 'ada@example', toolVersion: '1.2.3' }
const attempt: Attempt = { migration, direction: 'up', startedAt: '2026-11-20T10:11:12.345Z', run }
const outcome = { durationMs: 1, sql: { up: 'SELECT 1', down: null } }

/** A session that runs nothing and says what it was asked for. */
function listeningSession(heard: string[]): Session {
  const hear = (what: string) => {
    heard.push(what)
    return Promise.resolve()
  }
  return {
    capabilities: { transactionalDdl: true, savepoints: true },
    execute: (sql) => hear(`execute ${sql}`),
    query: async <Row>(sql: string): Promise<Row[]> => {
      await hear(`query ${sql}`)
      return []
    },
    changes: async () => heard.push('changes'),
    transaction: async (work, options) => {
      await hear(`transaction ${JSON.stringify(options)}`)
      return work()
    },
    close: () => hear('close'),
  }
}

describe('memoryVersionTracker', () => {
  it('passes on what a session that it follows is asked for', async () => {
    const heard: string[] = []
    const session = memoryVersionTracker().follow(listeningSession(heard))
    await session.execute('CREATE TABLE a (b)')
    await session.query('SELECT 1')
    await session.transaction(async () => {}, { foreignKeys: true })
    await session.changes()
    await session.close()
    const asked = ['execute CREATE TABLE a (b)', 'query SELECT 1', 'transaction {"foreignKeys":true}']
    expect(heard).toEqual([...asked, 'changes', 'close'])
  })

  it('loses records with the transaction of a session that it follows, and keeps them in any other', async () => {
    const plain = listeningSession([])
    for (const followed of [true, false]) {
      const tracker = memoryVersionTracker()
      const session = followed ? tracker.follow(plain) : plain
      const undone = session.transaction(async () => {
        await tracker.finish(session, attempt, outcome)
        throw new Error('undo this')
      })
      await expect(undone).rejects.toThrow('undo this')
      expect(await tracker.applied(session)).toHaveLength(followed ? 0 : 1)
    }
  })

  it('owns no table', () => {
    expect(memoryVersionTracker().tables).toEqual([])
  })

  it('does not change the lists that it gave away', async () => {
    const tracker = memoryVersionTracker()
    const session = listeningSession([])
    const before = await tracker.applied(session)
    await tracker.finish(session, attempt, outcome)
    expect(before).toEqual([])
  })
})
