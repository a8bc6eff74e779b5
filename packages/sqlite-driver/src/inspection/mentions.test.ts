import { describe, expect, it } from 'vitest'
import { mentions } from './mentions.ts'

describe('mentions', () => {
  it('takes everything where no names are given', () => {
    expect(mentions(undefined)('v', 'SELECT 1')).toBe(true)
  })

  it('takes an object by its name and by what its text names, in any letter case', () => {
    const touched = mentions(new Set(['drop', 'table', 'users']))
    expect(touched('USERS', '')).toBe(true)
    expect(touched('v', 'CREATE VIEW v AS SELECT * FROM Users')).toBe(true)
    expect(touched('w', 'CREATE TABLE w AS SELECT 1')).toBe(false)
  })
})
