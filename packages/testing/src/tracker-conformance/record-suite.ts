import { describe, expect, it } from 'vitest'
import { exampleAttempt, exampleMigration } from '../example-migration.ts'
import { exampleSql, type TrackerFixture, trackerHand } from './tracker-fixture.ts'

const users = exampleMigration('001_create_users')
const roles = exampleMigration('002_add_roles')
const index = exampleMigration('003_add_index')

export function describeRecords(fixture: () => TrackerFixture): void {
  describe('records', () => {
    it('has neither records nor history nor SQL before its first migration', async () => {
      const { tracker, session: open } = fixture()
      const session = await open('write')
      expect(await tracker.applied(session)).toEqual([])
      expect(await tracker.history(session)).toEqual([])
      expect(await tracker.kept(session, '1')).toBeUndefined()
    })

    it('answers in a session for reading, without having been prepared', async () => {
      const { tracker, session: open } = fixture()
      await (await open('write')).close()
      const session = await open('read')
      expect(await tracker.applied(session)).toEqual([])
      expect(await tracker.history(session)).toEqual([])
      expect(await tracker.kept(session, '1')).toBeUndefined()
    })

    it('shows another session what was applied', async () => {
      const { up, tracker } = await trackerHand(fixture())
      await up(users)
      const session = await fixture().session('read')
      expect((await tracker.applied(session)).map(({ id }) => id)).toEqual([users.id])
      expect(await tracker.history(session)).toHaveLength(1)
    })

    it('records who applied what and when', async () => {
      const { up, tracker, session } = await trackerHand(fixture())
      await up(users)
      const [record] = await tracker.applied(session)
      expect(record).toMatchObject({
        id: '001_create_users',
        version: '1',
        name: 'create_users',
        state: 'applied',
        direction: 'up',
        progress: null,
        appliedAt: '2026-11-20T10:11:12.345Z',
        durationMs: 12.5,
        checksum: users.checksum,
        downChecksum: users.downChecksum,
        fingerprint: users.fingerprint,
        runId: 'run-1',
        by: 'ada@example',
        toolVersion: '1.2.3',
      })
    })

    it('gives back everything that a migration declares', async () => {
      const declared = {
        description: 'Gives "every" user a role\u001f, even Ωlga',
        author: "Ada's team",
        date: '2026-11-20',
        dependsOn: [{ database: 'ontology', target: '002_namespaces', optional: true }],
        environments: ['development', 'staging'],
        transactional: false,
        foreignKeys: true,
        irreversible: 'the hashes cannot be recovered',
        expectLoss: ['sessions'],
        engine: 'sqlite',
      }
      const { up, tracker, session } = await trackerHand(fixture())
      await up(exampleMigration('001_create_users', declared))
      await up(roles)
      const [first, second] = await tracker.applied(session)
      expect(first).toMatchObject(declared)
      const { dependsOn, environments, transactional, foreignKeys, expectLoss } = roles
      expect(second).toMatchObject({ dependsOn, environments, transactional, foreignKeys, expectLoss })
      expect(second?.description).toBeUndefined()
    })

    it('keeps text apart that holds the characters which part fields', async () => {
      const { tracker, session } = await trackerHand(fixture())
      const attempt = exampleAttempt(users)
      const run = { ...attempt.run, by: 'ada\u001f\u001e,"\'@example' }
      await tracker.finish(session, { ...attempt, run }, { durationMs: 1, sql: exampleSql })
      const [record] = await tracker.applied(session)
      expect(record).toMatchObject({ id: users.id, by: run.by, toolVersion: '1.2.3' })
    })

    it('says that there is no down', async () => {
      const { up, tracker, session } = await trackerHand(fixture())
      await up(exampleMigration('001_create_users', { downChecksum: null, reversible: false }))
      expect((await tracker.applied(session))[0]?.downChecksum).toBeNull()
    })

    it('keeps versions of 18 digits exactly, and in order', async () => {
      const ids = ['9007199254740993_a', '9007199254740992_b', '999999999999999999_c', '000000000000000007_d']
      const { up, down, tracker, session } = await trackerHand(fixture())
      for (const id of ids) await up(exampleMigration(id))
      const versions = ['9007199254740993', '9007199254740992', '999999999999999999', '7']
      expect((await tracker.applied(session)).map(({ version }) => version)).toEqual(versions)
      expect((await tracker.history(session)).map(({ version }) => version)).toEqual(versions.toReversed())
      expect(await tracker.kept(session, '9007199254740993')).toEqual(exampleSql)
      await down(exampleMigration('9007199254740993_a'))
      expect(await tracker.kept(session, '9007199254740993')).toBeUndefined()
      expect(await tracker.kept(session, '9007199254740992')).toEqual(exampleSql)
    })

    it('lists records by order of application, whatever their versions', async () => {
      const { up, ids, tracker, session } = await trackerHand(fixture())
      for (const migration of [roles, index, users]) await up(migration)
      expect(await ids()).toEqual([roles.id, index.id, users.id])
      const sequences = (await tracker.applied(session)).map(({ sequence }) => sequence)
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
      expect(new Set(sequences).size).toBe(3)
    })

    it('puts a migration that is applied again after all others, with a place nobody had before', async () => {
      const { up, down, ids, tracker, session } = await trackerHand(fixture())
      await up(users)
      await up(roles)
      const before = (await tracker.applied(session)).map(({ sequence }) => sequence)
      await down(roles)
      await down(users)
      await up(roles)
      await up(users)
      expect(await ids()).toEqual([roles.id, users.id])
      const after = (await tracker.applied(session)).map(({ sequence }) => sequence)
      expect(Math.min(...after)).toBeGreaterThan(Math.max(...before))
    })

    it('has no record of a migration that was rolled back', async () => {
      const { up, down, ids } = await trackerHand(fixture())
      await up(users)
      await up(roles)
      await down(users)
      expect(await ids()).toEqual([roles.id])
    })

    it('keeps the SQL of a migration until it is rolled back', async () => {
      const { up, down, tracker, session } = await trackerHand(fixture())
      await up(users)
      expect(await tracker.kept(session, '1')).toEqual(exampleSql)
      await down(users)
      expect(await tracker.kept(session, '1')).toBeUndefined()
    })

    it('keeps SQL with quotes, line ends and no down as it is', async () => {
      const sql = { up: `INSERT INTO t VALUES ('it''s "ünlike" \u{1F426}');\r\n-- end`, down: null }
      const { tracker, session } = await trackerHand(fixture())
      await tracker.finish(session, exampleAttempt(users), { durationMs: 1, sql })
      expect(await tracker.kept(session, '1')).toEqual(sql)
    })

    it('prepares again and again without changing anything', async () => {
      const { up, tracker, session } = await trackerHand(fixture())
      await up(users)
      const before = await tracker.applied(session)
      const changes = await session.changes()
      await session.transaction(() => tracker.prepare(session))
      expect(await session.changes()).toBe(changes)
      expect(await tracker.applied(session)).toEqual(before)
    })

    it('refuses to record a migration that is recorded already', async () => {
      const { up, ids } = await trackerHand(fixture())
      await up(users)
      await expect(up(users)).rejects.toMatchObject({ code: 'RECORD_LOST', details: { migration: users.id } })
      expect(await ids()).toEqual([users.id])
    })

    it('refuses to finish a rollback whose record is gone', async () => {
      const { down, tracker, session } = await trackerHand(fixture())
      await expect(down(users)).rejects.toMatchObject({ code: 'RECORD_LOST' })
      expect(await tracker.history(session)).toEqual([])
    })
  })
}
