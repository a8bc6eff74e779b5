import { describe, expect, it } from 'vitest'
import { beginningOf } from './blocker.ts'

describe('the beginning of a statement of somebody else', () => {
  it.each([
    ["UPDATE users SET hash = 'secret' WHERE id = 7", "UPDATE users SET hash = '…' WHERE id = 7"],
    ["SELECT 'it''s', 'secret'", "SELECT '…''…', '…'"],
    [String.raw`SELECT E'it\'s', 'secret'`, "SELECT '…', '…'"],
    [String.raw`SELECT 'C:\', 'secret'`, "SELECT '…', '…'"],
    ["-- don't\nSELECT 'secret'", "SELECT '…'"],
    ["/* secret: don't */ SELECT 'secret'", "SELECT '…'"],
    [
      'SELECT $$secret$$, $a$se$$cret$a$ FROM "it\'s", b WHERE c = $1',
      `SELECT '…', '…' FROM "it's", b WHERE c = $1`,
    ],
    ["SELECT '$$', 'secret', '$$'", "SELECT '…', '…', '…'"],
    ["ALTER ROLE a PASSWORD 'secre", "ALTER ROLE a PASSWORD '…'"],
    [String.raw`ALTER ROLE a PASSWORD E'secret\ `.trim(), "ALTER ROLE a PASSWORD '…'"],
    ['SELECT $secret$ secr', "SELECT '…'"],
  ])('has none of its texts: %s', (query, shown) => {
    expect(beginningOf(query)).toBe(shown)
  })

  it('is one short line', () => {
    expect(beginningOf(`SELECT\n  ${'a, '.repeat(100)}`)).toMatch(/^SELECT a, .{70}…$/)
  })
})
