import { describe, expect, it } from 'vitest'
import { beginningOf } from './in-the-way.ts'

describe('the beginning of a statement of somebody else', () => {
  it.each([
    ["UPDATE users SET hash = 'secret' WHERE id = 7", "UPDATE users SET hash = '…' WHERE id = 7"],
    [String.raw`SELECT 'it\'s', "say \"secret\""`, "SELECT '…', '…'"],
    [`SELECT "it's", 'secret'`, "SELECT '…', '…'"],
    ["-- don't\nSELECT 'secret'", "SELECT '…'"],
    ["# don't\nSELECT 'secret'", "SELECT '…'"],
    ["/* don't: secret */ SELECT 'secret'", "SELECT '…'"],
    ["SELECT 1--1, 'secret' FROM `it's`", "SELECT 1--1, '…' FROM `it's`"],
    ["CREATE USER a IDENTIFIED BY 'secre", "CREATE USER a IDENTIFIED BY '…'"],
    [String.raw`CREATE USER a IDENTIFIED BY 'secret\ `.trim(), "CREATE USER a IDENTIFIED BY '…'"],
  ])('has none of its texts: %s', (query, shown) => {
    expect(beginningOf(query)).toBe(shown)
  })
})
