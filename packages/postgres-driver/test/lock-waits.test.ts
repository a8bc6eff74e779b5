import type { RunEvent } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { errorOf, everythingOf } from './error-of.ts'
import { runnerFor } from './runner-for.ts'
import { hasServer, onServer } from './test-server.ts'

const waitingSql = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'"

describe.runIf(await hasServer())('a migration that needs what others have', () => {
  const { current } = eachTestInItsDatabase()

  /** Another program that has a table open. */
  const holder = async (statement: string) => {
    const client = await current().client()
    await client.query('CREATE TABLE IF NOT EXISTS birds (id integer)')
    await client.query(`BEGIN; ${statement}`)
    return client
  }
  const someoneWaits = async () => {
    for (;;) {
      const { rows } = await onServer((client) => client.query(waitingSql, [current().name]))
      if (rows.length > 0) return
    }
  }
  const alter = { '001_size': 'ALTER TABLE birds ADD COLUMN size integer;' }
  const columns = async () => {
    const session = await current().session('read')
    return session.query(
      "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 'birds'::regclass AND attnum > 0",
    )
  }

  it.each(['SELECT * FROM birds', 'LOCK TABLE birds'])(
    'waits for one that ends in time: %s',
    async (statement) => {
      await using directory = await temporaryDirectory()
      const client = await holder(statement)
      const events: RunEvent[] = []
      const onEvent = (event: RunEvent) => {
        events.push(event)
        if (event.type === 'step-delayed') void client.query('COMMIT')
      }
      const driver = current().driver({ lockTimeoutMs: 50, busyTimeoutMs: 60_000 })
      const runner = await runnerFor({ driver, directory, files: alter, onEvent })
      const report = await runner.up()
      expect(report.steps).toMatchObject([{ id: '001_size', outcome: 'applied' }])
      const [delayed] = events.filter(({ type }) => type === 'step-delayed')
      expect(delayed).toMatchObject({ step: { id: '001_size' }, error: { code: 'DATABASE_BUSY' } })
      expect(await columns()).toContainEqual({ name: 'size' })
    },
  )

  it('gives up after its patience, names who has it and changes nothing', async () => {
    await using directory = await temporaryDirectory()
    const client = await holder("SELECT 's3cret' FROM birds")
    await client.query("SET application_name = 'report'")
    const driver = current().driver({ lockTimeoutMs: 200, busyTimeoutMs: 300 })
    const runner = await runnerFor({ driver, directory, files: alter })
    const error = await errorOf(runner.up())
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const pid = rows[0]?.pid
    expect(error).toMatchObject({
      code: 'DATABASE_BUSY',
      exitCode: 4,
      message: expect.stringMatching(
        new RegExp(
          `birds is held by backend ${pid} of "report" as \\w+, idle in transaction for \\d+ s: .*; tried \\d times? in`,
        ),
      ),
      hint: expect.stringContaining(`pg_terminate_backend(${pid})`),
      details: { migration: '001_size', line: 2, blockers: [{ backend: pid, relation: 'birds' }] },
    })
    expect(everythingOf(error)).not.toContain('s3cret')
    expect(await columns()).toEqual([{ name: 'id' }])
    expect((await runner.status()).applied).toEqual([])
  })

  it('does not stall those who queue behind it', async () => {
    await using directory = await temporaryDirectory()
    await holder('SELECT * FROM birds')
    const reader = await current().client()
    // It would be stopped where it had to wait for as long as the migration tries.
    await reader.query('SET statement_timeout = 10000')
    const signal = { aborted: false }
    const driver = current().driver({ lockTimeoutMs: 300, busyTimeoutMs: 600_000 })
    const onEvent = (event: RunEvent) => {
      if (event.type === 'step-delayed' && signal.aborted === false) signal.aborted = hasRead
    }
    let hasRead = false
    const runner = await runnerFor({ driver, directory, files: alter, signal, onEvent })
    const running = errorOf(runner.up())
    await someoneWaits()
    await reader.query('SELECT * FROM birds')
    hasRead = true
    expect(await running).toMatchObject({ code: 'INTERRUPTED' })
  })

  it('tries again after a deadlock that it lost, from its savepoint', async () => {
    await using directory = await temporaryDirectory()
    const client = await holder('LOCK TABLE birds')
    await client.query('CREATE TABLE nests (id integer)')
    await client.query('COMMIT; BEGIN; SET LOCAL deadlock_timeout = 60000; LOCK TABLE nests')
    let other: Promise<unknown> | undefined
    const events: RunEvent[] = []
    const driver = current().driver({ lockTimeoutMs: 60_000, busyTimeoutMs: 60_000 })
    const files = {
      '001_both': 'ALTER TABLE birds ADD COLUMN size integer;\nALTER TABLE nests ADD COLUMN size integer;',
    }
    const onEvent = (event: RunEvent) => {
      events.push(event)
      if (event.type !== 'statement-started' || event.statement !== 2) return
      other ??= client.query('LOCK TABLE birds').then(() => client.query('COMMIT'))
    }
    const runner = await runnerFor({ driver, directory, files, onEvent })
    const report = await runner.up()
    await other
    expect(report.steps).toMatchObject([{ outcome: 'applied' }])
    expect(events.filter(({ type }) => type === 'step-delayed')).toMatchObject([
      { error: { code: 'DATABASE_BUSY', details: { engineCode: '40P01' } } },
    ])
  })

  it('says which limit a statement passed', async () => {
    const session = await current().session('write', { statementTimeoutMs: 20 })
    const error = await errorOf(session.execute('SELECT pg_sleep(60)'))
    expect(error).toMatchObject({
      code: 'STATEMENT_FAILED',
      message: expect.stringContaining('longer than the 20 ms of statementTimeout'),
      details: { engineCode: '57014', statementTimeoutMs: 20 },
    })
    expect(error.hint).toContain('statementTimeout')
  })
})
