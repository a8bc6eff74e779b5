import { existsSync, readFileSync, rmSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { killRepeatedly } from './kill-harness.ts'
import { startProcess } from './kill-harness-process.ts'
import { seededRandom } from './kill-harness-random.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

const node = (code: string, ...args: string[]) => [process.execPath, '-e', code, ...args]

/** Makes one file at once, or in two parts with a pause between them. */
const whole = `const fs = require('fs'), [, file] = process.argv; fs.writeFileSync(file + '.new', 'first second');
  fs.renameSync(file + '.new', file); setTimeout(() => {}, 40)`
const halves = `const fs = require('fs'), [, file] = process.argv; fs.writeFileSync(file, 'first ');
  setTimeout(() => fs.appendFileSync(file, 'second'), 60)`

function options(code: string) {
  const file = directory.file('out')
  return {
    command: node(code, file),
    rounds: 6,
    seed: 7,
    begun: () => existsSync(file),
    reset: () => rmSync(file, { force: true }),
    check: () => {
      if (!existsSync(file)) return 'nothing'
      expect(readFileSync(file, 'utf8')).toBe('first second')
      return 'everything'
    },
  }
}

describe('killRepeatedly', () => {
  it('reports what the kills hit when everything agrees', async () => {
    const report = await killRepeatedly(options(whole))
    expect(report.killed).toBeGreaterThan(0)
    expect(Object.values(report.seen).reduce((sum, times) => sum + times, 0)).toBe(6)
  })

  it('aims again, earlier, at a process that is faster than the one that was measured', async () => {
    // Two are measured, the next one is gone when it is shot at, and the one after it would live long.
    const lives = [300, 300, 0, 20_000, 0]
    const counting = `const fs = require('fs'), [, file] = process.argv; fs.appendFileSync(file + '.count', '.');
      fs.writeFileSync(file, 'first second');
      setTimeout(() => {}, ${JSON.stringify(lives)}[fs.statSync(file + '.count').size - 1])`
    const report = await killRepeatedly({ ...options(counting), rounds: 1 })
    expect(report).toMatchObject({ rounds: 1, killed: 1 })
  })

  it('throws with round, moment and seed where a kill leaves half of the work', async () => {
    const killing = killRepeatedly(options(halves))
    await expect(killing).rejects.toThrow(
      /^Killed about \d+ ms (?:before|after) the work began \(round \d of 6, seed 7\): expected/,
    )
  })

  it('throws where the command cannot finish after a kill', async () => {
    const stuck = `if (require('fs').existsSync(process.argv[1])) process.exit(9); ${whole}`
    await expect(killRepeatedly(options(stuck))).rejects.toThrow('exit code 9 although nobody disturbed it')
  })

  it('throws where the command does not work at all', async () => {
    await expect(killRepeatedly(options('process.exit(3)'))).rejects.toThrow('exit code 3')
    const missing = { ...options(whole), command: [directory.file('no-such-program')] }
    await expect(killRepeatedly(missing)).rejects.toThrow('ENOENT')
    await expect(killRepeatedly({ ...options(whole), command: [] })).rejects.toThrow(RangeError)
  })
})

describe('startProcess', () => {
  it('tells what a process printed and how it ended', async () => {
    const { ended } = startProcess(node(`console.log('out'); console.error('err'); process.exit(4)`))
    expect(await ended).toMatchObject({ exitCode: 4, signal: null, stdout: 'out\n', stderr: 'err\n' })
  })

  it('signals a running process, and nobody once it is gone', async () => {
    const running = startProcess(node('setInterval(() => {}, 1000)'))
    expect(running.isRunning()).toBe(true)
    expect(running.kill('SIGKILL')).toBe(true)
    expect(await running.ended).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    expect([running.isRunning(), running.kill('SIGKILL')]).toEqual([false, false])
  })

  it('hands over standard input', async () => {
    const running = startProcess(node('process.stdin.pipe(process.stdout)'))
    running.write('hello')
    expect(await running.ended).toMatchObject({ stdout: 'hello' })
  })
})

describe('seededRandom', () => {
  it('gives numbers from 0 to below 1, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [first, second] = [seededRandom(seed), seededRandom(seed)]
        for (let draw = 0; draw < 20; draw += 1) {
          const number = first()
          expect(number).toBe(second())
          expect(number >= 0 && number < 1).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('spreads evenly, for neighbouring seeds too', () => {
    for (const seed of [0, 1, 2]) {
      const random = seededRandom(seed)
      const tenths = Array.from({ length: 10 }, () => 0)
      for (let draw = 0; draw < 10_000; draw += 1) {
        const tenth = Math.floor(random() * 10)
        tenths[tenth] = (tenths[tenth] ?? 0) + 1
      }
      for (const times of tenths) expect(Math.abs(times - 1000)).toBeLessThan(150)
    }
    expect(seededRandom(1)()).not.toBe(seededRandom(2)())
  })
})
