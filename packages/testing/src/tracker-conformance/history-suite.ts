import { describe, expect, it } from 'vitest'
import { exampleAttempt, exampleMigration } from '../example-migration.ts'
import { exampleSql, type TrackerFixture, trackerHand } from './tracker-fixture.ts'

const users = exampleMigration('001_create_users')
const roles = exampleMigration('002_add_roles')

export function describeHistory(fixture: () => TrackerFixture): void {
  describe('history', () => {
    it('tells of each attempt what it was, newest first', async () => {
      const { up, down, tracker, session } = await trackerHand(fixture())
      await up(users)
      await down(users)
      const [last, first] = await tracker.history(session)
      const common = {
        id: users.id,
        version: '1',
        startedAt: '2026-11-20T10:11:12.345Z',
        durationMs: 12.5,
        reason: null,
        runId: 'run-1',
        by: 'ada@example',
        toolVersion: '1.2.3',
      }
      expect(first).toMatchObject({ ...common, action: 'up', outcome: 'applied', checksum: users.checksum })
      const { downChecksum } = users
      expect(last).toMatchObject({ ...common, action: 'down', outcome: 'reverted', checksum: downChecksum })
      expect(last?.sequence).toBeGreaterThan(first?.sequence ?? Number.NaN)
    })

    it('keeps a failed attempt with its reason and duration, and no record of it', async () => {
      const { fail, tracker, session, ids } = await trackerHand(fixture())
      await fail(users, 'near "CRATE": syntax error')
      expect(await ids()).toEqual([])
      const [entry] = await tracker.history(session)
      expect(entry).toMatchObject({ action: 'up', outcome: 'failed', durationMs: 7.25 })
      expect(entry?.reason).toBe('near "CRATE": syntax error')
    })

    it('has one record and four entries of a migration that failed three times and then succeeded', async () => {
      const { up, fail, tracker, session, ids } = await trackerHand(fixture())
      for (const reason of ['one', 'two', 'three']) await fail(users, reason)
      await up(users)
      expect(await ids()).toEqual([users.id])
      const outcomes = (await tracker.history(session)).map(({ outcome }) => outcome)
      expect(outcomes).toEqual(['applied', 'failed', 'failed', 'failed'])
    })

    it('names the backup that was taken before an attempt, whatever became of it', async () => {
      const { tracker, session } = await trackerHand(fixture())
      const attempt = { ...exampleAttempt(users), backup: '/backups/users-1.db' }
      await session.transaction(() => tracker.fail(session, attempt, { durationMs: 1, reason: 'disk full' }))
      await session.transaction(() => tracker.begin(session, attempt, exampleSql))
      await session.transaction(() => tracker.finish(session, attempt, { durationMs: 1, sql: exampleSql }))
      await session.transaction(() =>
        tracker.finish(session, exampleAttempt(users, 'down'), { durationMs: 1, sql: exampleSql }),
      )
      const [down, ...others] = await tracker.history(session)
      expect(others.map(({ backup }) => backup)).toEqual(Array(3).fill('/backups/users-1.db'))
      expect(down?.backup).toBeUndefined()
    })

    it('stops at the limit', async () => {
      const { up, tracker, session } = await trackerHand(fixture())
      await up(users)
      await up(roles)
      const entries = await tracker.history(session, { limit: 1 })
      expect(entries.map(({ id }) => id)).toEqual([roles.id])
      expect(await tracker.history(session, { limit: 5 })).toHaveLength(2)
    })

    it.each([0, -1, 1.5, Number.NaN])('refuses %d as a limit', async (limit) => {
      const { tracker, session } = await trackerHand(fixture())
      await expect(tracker.history(session, { limit })).rejects.toMatchObject({ code: 'USAGE' })
    })

    it('never changes what it has said', async () => {
      const { up, down, fail, begin, finish, tracker, session } = await trackerHand(fixture())
      const steps = [
        () => up(users),
        () => fail(roles, 'no'),
        () => begin(roles, 'up'),
        () => finish(roles, 'up'),
        () => down(roles),
        () => up(roles),
        () => begin(users, 'down'),
        () => finish(users, 'down'),
      ]
      for (const step of steps) {
        const before = await tracker.history(session)
        await step()
        const after = await tracker.history(session)
        expect(after.slice(1)).toEqual(before)
        expect(after[0]?.sequence).toBeGreaterThan(before[0]?.sequence ?? 0)
      }
    })
  })
}
