import { describe, expect, it } from 'vitest'
import type { Terminal } from '../terminal.ts'
import { BackupProgressBar } from './backup-progress.ts'

function told(interactive: boolean, waitMs: number) {
  let err = ''
  const terminal: Terminal = {
    out: () => undefined,
    err: (text) => {
      err += text
    },
    interactive,
    columns: 80,
    color: false,
    env: {},
    cwd: '/',
    signal: { aborted: false },
  }
  const real = performance.now
  const bar = new BackupProgressBar(terminal, 'settings')
  performance.now = () => real.call(performance) + waitMs
  try {
    bar.listen({ doing: 'copying', done: 50, total: 100 })
    bar.clear()
  } finally {
    performance.now = real
  }
  return err
}

describe('BackupProgressBar', () => {
  it('shows a bar on a terminal, and takes it away', () => {
    expect(told(true, 1000)).toMatch(
      /^\r\u001b\[Ksettings {2}copying {2}█{12}░{12} {3}50 % {2}1\.\d s\r\u001b\[K$/,
    )
  })

  it('prints a plain line elsewhere, and only for what takes long', () => {
    expect(told(false, 6000)).toMatch(/^settings {2}copying {2}50 % {2}6\.\d s\n$/)
    expect(told(false, 1000)).toBe('')
    expect(told(true, 10)).toBe('')
  })
})
