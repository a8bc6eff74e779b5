import { describe, expect, it } from 'vitest'
import { exampleAttempt, exampleMigration } from '../example-migration.ts'
import { exampleSql, type TrackerFixture, trackerHand } from './tracker-fixture.ts'

const vacuum = exampleMigration('004_vacuum', { transactional: false })
const roles = exampleMigration('005_add_roles')

export function describeDoubt(fixture: () => TrackerFixture): void {
  describe('doubt', () => {
    it('is in doubt from begin to finish, and applied afterwards', async () => {
      const { begin, finish, tracker, session } = await trackerHand(fixture())
      await begin(vacuum, 'up')
      const [during] = await tracker.applied(session)
      expect(during).toMatchObject({ id: vacuum.id, state: 'in-doubt', direction: 'up', progress: 0 })
      await finish(vacuum, 'up')
      const records = await tracker.applied(session)
      expect(records).toHaveLength(1)
      expect(records[0]).toMatchObject({ id: vacuum.id, state: 'applied', progress: null, durationMs: 12.5 })
      expect((await tracker.history(session)).map(({ outcome }) => outcome)).toEqual(['applied', 'started'])
    })

    it('counts the statements that have finished', async () => {
      const { begin, tracker, session } = await trackerHand(fixture())
      await begin(vacuum, 'up')
      await tracker.progress(session, exampleAttempt(vacuum), 1)
      await tracker.progress(session, exampleAttempt(vacuum), 2)
      expect((await tracker.applied(session))[0]).toMatchObject({ state: 'in-doubt', progress: 2 })
    })

    it('keeps the SQL while it is in doubt', async () => {
      const { begin, tracker, session } = await trackerHand(fixture())
      await begin(vacuum, 'up')
      expect(await tracker.kept(session, vacuum.version)).toEqual(exampleSql)
    })

    it('stays in doubt when the step fails', async () => {
      const { begin, fail, tracker, session } = await trackerHand(fixture())
      await begin(vacuum, 'up')
      await tracker.progress(session, exampleAttempt(vacuum), 3)
      await fail(vacuum, 'disk full')
      expect((await tracker.applied(session))[0]).toMatchObject({ state: 'in-doubt', progress: 3 })
      expect((await tracker.history(session)).map(({ outcome }) => outcome)).toEqual(['failed', 'started'])
    })

    it('can begin again what is in doubt, from its first statement', async () => {
      const { begin, up, finish, ids, tracker, session } = await trackerHand(fixture())
      await begin(vacuum, 'up')
      await tracker.progress(session, exampleAttempt(vacuum), 3)
      await up(roles)
      await begin(vacuum, 'up')
      const again = (await tracker.applied(session)).find(({ id }) => id === vacuum.id)
      expect(again).toMatchObject({ state: 'in-doubt', progress: 0 })
      await finish(vacuum, 'up')
      expect(await ids()).toEqual([roles.id, vacuum.id])
    })

    it('is in doubt while its down runs, at its place and as it was applied', async () => {
      const { up, begin, tracker, session } = await trackerHand(fixture())
      await up(vacuum)
      await up(roles)
      const [before] = await tracker.applied(session)
      await begin(vacuum, 'down')
      const [during] = await tracker.applied(session)
      expect(during).toEqual({ ...before, state: 'in-doubt', direction: 'down', progress: 0 })
    })

    it('keeps the down that was begun, where it was edited since it was applied', async () => {
      const { up, tracker, session } = await trackerHand(fixture())
      await up(vacuum)
      const edited = { ...vacuum, downChecksum: `sha256:${'e'.repeat(64)}` }
      const sql = { up: 'SELECT 1', down: 'DROP TABLE IF EXISTS birds' }
      await session.transaction(() => tracker.begin(session, exampleAttempt(edited, 'down'), sql))
      const [during] = await tracker.applied(session)
      expect(during).toMatchObject({ checksum: vacuum.checksum, downChecksum: edited.downChecksum })
      // The bytes that were applied are no longer what is kept.
      expect(during?.fingerprint).toBeNull()
      expect(await tracker.kept(session, vacuum.version)).toEqual({ up: exampleSql.up, down: sql.down })
    })

    it('has no record once a down that was in doubt has finished', async () => {
      const { up, begin, finish, ids } = await trackerHand(fixture())
      await up(vacuum)
      await begin(vacuum, 'down')
      await finish(vacuum, 'down')
      expect(await ids()).toEqual([])
    })

    it('refuses to begin an up of what is applied, and a down of what is not', async () => {
      const { up, begin } = await trackerHand(fixture())
      await expect(begin(vacuum, 'down')).rejects.toMatchObject({ code: 'RECORD_LOST' })
      await up(vacuum)
      await expect(begin(vacuum, 'up')).rejects.toMatchObject({ code: 'RECORD_LOST' })
    })

    it('has no record of an up that turned out to have changed nothing, and keeps its history', async () => {
      const { begin, ids, tracker, session } = await trackerHand(fixture())
      await begin(vacuum, 'up')
      await tracker.progress(session, exampleAttempt(vacuum), 0, 'trace')
      await session.transaction(() => tracker.withdraw(session, exampleAttempt(vacuum)))
      expect(await ids()).toEqual([])
      expect((await tracker.history(session)).map(({ outcome }) => outcome)).toEqual(['started'])
      await begin(vacuum, 'up')
      expect(await ids()).toEqual([vacuum.id])
    })

    it.each(['up', 'down'] as const)('keeps the trace that an %s begins with', async (direction) => {
      const { up, tracker, session } = await trackerHand(fixture())
      if (direction === 'down') await up(vacuum)
      const attempt = exampleAttempt(vacuum, direction)
      await session.transaction(() => tracker.begin(session, attempt, { ...exampleSql, trace: 'its.trace' }))
      expect(await tracker.applied(session)).toMatchObject([
        { state: 'in-doubt', direction, progress: 0, trace: 'its.trace' },
      ])
      await tracker.progress(session, attempt, 1)
      expect((await tracker.applied(session))[0]).toMatchObject({ progress: 1, trace: undefined })
      expect(await tracker.kept(session, vacuum.version)).toEqual(exampleSql)
    })

    it('has the record of a down that turned out to have changed nothing as it was', async () => {
      const { up, begin, tracker, session } = await trackerHand(fixture())
      await up(vacuum)
      const [before] = await tracker.applied(session)
      await begin(vacuum, 'down')
      await tracker.progress(session, exampleAttempt(vacuum, 'down'), 0, 'trace')
      await session.transaction(() => tracker.withdraw(session, exampleAttempt(vacuum, 'down')))
      expect((await tracker.applied(session))[0]).toEqual(before)
    })

    it('refuses to withdraw what is not in doubt', async () => {
      const { up, tracker, session } = await trackerHand(fixture())
      const withdraw = () => tracker.withdraw(session, exampleAttempt(vacuum))
      await expect(session.transaction(withdraw)).rejects.toMatchObject({ code: 'RECORD_LOST' })
      await up(vacuum)
      await expect(session.transaction(withdraw)).rejects.toMatchObject({ code: 'RECORD_LOST' })
    })

    it('refuses progress of what is not in doubt', async () => {
      const { up, tracker, session } = await trackerHand(fixture())
      await up(vacuum)
      const progress = tracker.progress(session, exampleAttempt(vacuum), 1)
      await expect(progress).rejects.toMatchObject({ code: 'RECORD_LOST' })
    })
  })
}
