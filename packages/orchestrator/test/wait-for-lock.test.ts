import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeSource, MigrationRunner } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { expect, it, onTestFinished } from 'vitest'
import { waitForLock } from '../src/run/wait-for-lock.ts'

it('whoever waits for another run gets on only when its lock is free, although nothing is in doubt or pending', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const driver = sqliteDriver({ path: join(folder, 'app.db') })
  const told: string[] = []
  const runner = new MigrationRunner({
    driver,
    tracker: sqlVersionTracker(),
    source: codeSource([{ id: '001_notes', up: 'CREATE TABLE notes (id INTEGER PRIMARY KEY);' }]),
    onEvent: ({ type }) => void (type === 'lock-waiting' && told.push('waits')),
  })
  await runner.up()
  const owner = { host: 'here', pid: 1, command: 'another run', since: new Date().toISOString() }
  const lock = await driver.lock(owner, { timeoutMs: 0 })
  const waiting = waitForLock(runner).then(() => told.push('goes on'))
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  told.push('free')
  await lock.release()
  await waiting
  expect(told).toEqual(['waits', 'free', 'goes on'])
})
