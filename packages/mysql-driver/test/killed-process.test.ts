import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '@whimbrel/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compileProgram } from './compile-program.ts'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer } from './test-server.ts'

const owner = { host: 'marsh', pid: 1, command: 'whimbrel up', since: '2026-11-20T10:11:12.345Z' }

describe.runIf(await hasServer())('a process that is killed', () => {
  const { current } = eachTestInItsDatabase()

  it('gives back the lock and leaves nothing of its transaction', async () => {
    await using directory = await temporaryDirectory()
    await (await current().session()).execute('CREATE TABLE birds (id integer)')
    const program = await compileProgram(fileURLToPath(new URL('child.ts', import.meta.url)), directory)
    const child = spawn(process.execPath, [program, current().url], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    const driver = current().driver()
    const early = driver.lock(owner, { timeoutMs: 0 })
    await expect(early).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      details: { holder: { pid: child.pid } },
    })
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    const lock = await driver.lock(owner, { timeoutMs: 20_000 })
    const session = await driver.session('write')
    expect(await session.query('SELECT id FROM birds')).toEqual([])
    await lock.release()
  })
})
