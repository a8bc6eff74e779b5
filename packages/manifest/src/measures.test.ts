import { describe, expect, it } from 'vitest'
import { readAge, readSize } from './measures.ts'

describe('readAge', () => {
  it.each([
    ['36h', 129_600_000],
    ['1d', 86_400_000],
    ['8w', 4_838_400_000],
  ])('reads %s', (text, milliseconds) => expect(readAge(text)).toBe(milliseconds))

  it.each(['0d', '', 'd', '1', '-1d', '1.5d', '1 d', '1m', '99999999999999w'])('refuses "%s"', (text) => {
    expect(readAge(text)).toBeUndefined()
  })
})

describe('readSize', () => {
  it.each([
    ['500kB', 500_000],
    ['20GB', 20_000_000_000],
  ])('reads %s', (text, bytes) => expect(readSize(text)).toBe(bytes))

  it.each(['0MB', '', '20', '20GiB', '20gb', '-1GB', '1.5GB', '99999999TB'])('refuses "%s"', (text) => {
    expect(readSize(text)).toBeUndefined()
  })
})
