import { describe, expect, it } from 'vitest'
import { checkOptions, type SqliteDriverOptions } from './driver-options.ts'

describe('checkOptions', () => {
  it('fills in the defaults', () => {
    expect(checkOptions({ path: 'a.db' })).toMatchObject({ label: 'a.db', busyTimeoutMs: 5000, create: true })
  })

  it('waits as long as the pragma says where no other time is given', () => {
    const pragmas = { busy_timeout: 70 }
    expect(checkOptions({ path: 'a.db', pragmas }).busyTimeoutMs).toBe(70)
    expect(checkOptions({ path: 'a.db', pragmas, busyTimeoutMs: 30 }).busyTimeoutMs).toBe(30)
  })

  it.each([
    ['lable', 'label'],
    ['busyTimeout', 'busyTimeoutMs'],
    ['pragma', 'pragmas'],
  ])('refuses the option %s and suggests what was meant', (name, near) => {
    const options = { path: 'a.db', [name]: 1 } as SqliteDriverOptions
    expect(() => checkOptions(options)).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: `Did you mean "${near}"?` }),
    )
  })

  it.each([
    {},
    { path: '' },
    { path: ' a.db' },
    { path: 'a.db\n' },
    { path: 'a\0.db' },
    { path: 7 as unknown as string },
  ])('refuses the path of %j', (options) => {
    expect(() => checkOptions(options)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 31])('refuses to wait for %s ms', (busyTimeoutMs) => {
    expect(() => checkOptions({ path: 'a.db', busyTimeoutMs })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    )
  })
})
