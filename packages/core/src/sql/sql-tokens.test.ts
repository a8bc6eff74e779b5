import { describe, expect, it } from 'vitest'
import { sqlTokens } from './sql-tokens.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

describe('the tokens of a text', () => {
  it('are its words, names, strings, numbers and signs, without comments and quotation marks', () => {
    const sql = `SELECT "a ""b""", 'it''s', x'ff', 1.5 -- end\n/* no */ FROM [t] WHERE a <> 0;`
    expect(sqlTokens(sql, sqliteDialect).map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'word SELECT',
      'name a "b"',
      'sign ,',
      "string it's",
      'sign ,',
      "string x'ff'",
      'sign ,',
      'number 1.5',
      'word FROM',
      'name t',
      'word WHERE',
      'word a',
      'sign <>',
      'number 0',
      'sign ;',
    ])
  })
})
