import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { bin, runBinary } from './binary.ts'
import { Project, table } from './project.ts'

const files = { '001_a': table('a'), '002_b': table('b') }

describe('the command as it is installed', () => {
  it('says and does what it says and does in this process', async () => {
    const built = new Project({ app: files })
    const source = new Project({ app: files })
    const plain = (text: string) =>
      text
        .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
        .replace(/"runId":"[^"]+"/g, '"runId":"ID"')
        .replace(/ *<?\d+ ms */g, ' N ms ')
        .replace(/Ms":[\d.]+/g, 'Ms":N')
    for (const argv of [
      ['status'],
      ['plan', '--json'],
      ['up', '--steps', '1'],
      ['up', '--json'],
      ['up'],
      ['status'],
      ['status', '--json'],
      ['plan'],
      ['validate'],
      ['retry', '--json'],
      ['backup', '--db', 'none'],
      ['down'],
      ['history'],
      ['upp'],
      ['up', '--steps', '0'],
      ['up', '--help'],
    ]) {
      const ran = runBinary(argv, { cwd: built.folder })
      const expected = await source.run(...argv)
      expect({ argv, exitCode: ran.exitCode, out: plain(ran.out), err: plain(ran.err) }).toEqual({
        argv,
        exitCode: expected.exitCode,
        out: plain(expected.out),
        err: plain(expected.err),
      })
    }
  })

  it('does not colour what nobody looks at', () => {
    const project = new Project({ app: files })
    const { out, err } = runBinary(['up', '--log-level', 'debug'], { cwd: project.folder })
    expect(out + err).not.toContain('\u001b')
  })

  it('ends as it should when its reader has gone', async () => {
    const project = new Project({ app: files })
    await project.run('up')
    const child = spawn(process.execPath, [bin, 'history'], {
      cwd: project.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    const [code] = await once(child, 'close')
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  it('reads its manifest from a folder further up', () => {
    const project = new Project({ app: files })
    project.write('deep/down/file', '')
    const { exitCode, out } = runBinary(['status'], { cwd: `${project.folder}/deep/down` })
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^app {2}sqlite:\S*app\.db {2}does not exist yet, 2 pending\n/)
  })
})
