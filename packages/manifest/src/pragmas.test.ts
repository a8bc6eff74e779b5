import { describe, expect, it } from 'vitest'
import { defaultPragmas, pragmaForm, pragmaRules, pragmaValue } from './pragmas.ts'

const value = (pragma: string, written: string | number | boolean) => {
  const rule = pragmaRules[pragma]
  return rule === undefined ? expect.fail(`no rule for ${pragma}`) : pragmaValue(rule, written)
}

describe('pragmas', () => {
  it('accepts every spelling of a switch', () => {
    for (const on of [true, 'on', 'ON', 'true', 'yes', 1, '1']) expect(value('foreign_keys', on)).toBe('on')
    for (const off of [false, 'off', 'Off', 'false', 'no', 0, '0'])
      expect(value('foreign_keys', off)).toBe('off')
  })

  it('writes choices as SQLite documents them', () => {
    expect(value('journal_mode', 'wal')).toBe('WAL')
    expect(value('synchronous', 2)).toBe('FULL')
    expect(value('encoding', 'utf-16LE')).toBe('UTF-16le')
  })

  it('accepts whole numbers, as text from a variable too', () => {
    expect(value('cache_size', -2000)).toBe(-2000)
    expect(value('busy_timeout', '250')).toBe(250)
  })

  it('refuses what SQLite would silently ignore', () => {
    expect(value('journal_mode', 'WALL')).toBeUndefined()
    expect(value('journal_mode', 1)).toBeUndefined()
    expect(value('synchronous', 4)).toBeUndefined()
    expect(value('foreign_keys', 'maybe')).toBeUndefined()
    expect(value('foreign_keys', 'constructor')).toBeUndefined()
    expect(value('foreign_keys', 2)).toBeUndefined()
    expect(value('busy_timeout', '5s')).toBeUndefined()
    expect(value('busy_timeout', 0.5)).toBeUndefined()
    expect(value('busy_timeout', 1e300)).toBeUndefined()
    expect(value('busy_timeout', true)).toBeUndefined()
    expect(value('cache_size', '1; DROP TABLE users')).toBeUndefined()
  })

  it('says what each pragma takes', () => {
    for (const rule of Object.values(pragmaRules)) expect(pragmaForm(rule)).toMatch(/^(true|a whole|one of)/)
  })

  it('has defaults that its own rules accept as they are', () => {
    for (const [pragma, preset] of Object.entries(defaultPragmas)) expect(value(pragma, preset)).toBe(preset)
  })
})
