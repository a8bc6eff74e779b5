import { describe, expect, it } from 'vitest'
import { exampleAttempt, exampleMigration } from '../example-migration.ts'
import { exampleSql, type TrackerFixture, trackerHand } from './tracker-fixture.ts'

const users = exampleMigration('001_create_users')
const roles = exampleMigration('002_add_roles')
const undo = new Error('undo this')

export function describeTransactions(fixture: () => TrackerFixture): void {
  describe('transactions', () => {
    it('keeps record, history and SQL with the transaction of the caller', async () => {
      const { tracker, session } = await trackerHand(fixture())
      await session.transaction(async () => {
        await tracker.finish(session, exampleAttempt(users), { durationMs: 1, sql: exampleSql })
        expect(await tracker.applied(session)).toHaveLength(1)
      })
      expect(await tracker.applied(session)).toHaveLength(1)
      expect(await tracker.history(session)).toHaveLength(1)
      expect(await tracker.kept(session, '1')).toEqual(exampleSql)
    })

    it('loses record, history and SQL with the transaction of the caller', async () => {
      const { tracker, session } = await trackerHand(fixture())
      const undone = session.transaction(async () => {
        await tracker.finish(session, exampleAttempt(users), { durationMs: 1, sql: exampleSql })
        throw undo
      })
      await expect(undone).rejects.toBe(undo)
      expect(await tracker.applied(session)).toEqual([])
      expect(await tracker.history(session)).toEqual([])
      expect(await tracker.kept(session, '1')).toBeUndefined()
    })

    it('gets back the record of a rollback that was undone', async () => {
      const { up, tracker, session } = await trackerHand(fixture())
      await up(users)
      const before = await tracker.applied(session)
      const undone = session.transaction(async () => {
        const attempt = exampleAttempt(users, 'down')
        await tracker.finish(session, attempt, { durationMs: 1, sql: exampleSql })
        throw undo
      })
      await expect(undone).rejects.toBe(undo)
      expect(await tracker.applied(session)).toEqual(before)
    })

    it('loses with an inner transaction only what was recorded in it', async () => {
      const { tracker, session, ids } = await trackerHand(fixture())
      await session.transaction(async () => {
        await tracker.finish(session, exampleAttempt(users), { durationMs: 1, sql: exampleSql })
        const inner = session.transaction(async () => {
          await tracker.finish(session, exampleAttempt(roles), { durationMs: 1, sql: exampleSql })
          throw undo
        })
        await expect(inner).rejects.toBe(undo)
        await tracker.fail(session, exampleAttempt(roles), { durationMs: 1, reason: 'it was undone' })
      })
      expect(await ids()).toEqual([users.id])
      const outcomes = (await tracker.history(session)).map(({ id, outcome }) => `${id} ${outcome}`)
      expect(outcomes).toEqual([`${roles.id} failed`, `${users.id} applied`])
    })

    it('prepares again after the transaction that prepared it was undone', async () => {
      const { tracker, session: open } = fixture()
      const session = await open('write')
      const undone = session.transaction(async () => {
        await tracker.prepare(session)
        await tracker.finish(session, exampleAttempt(users), { durationMs: 1, sql: exampleSql })
        throw undo
      })
      await expect(undone).rejects.toBe(undo)
      expect(await tracker.applied(session)).toEqual([])
      await session.transaction(async () => {
        await tracker.prepare(session)
        await tracker.fail(session, exampleAttempt(users), { durationMs: 1, reason: 'it was undone' })
      })
      expect(await tracker.history(session)).toHaveLength(1)
    })
  })
}
