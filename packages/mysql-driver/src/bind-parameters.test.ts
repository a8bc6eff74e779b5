import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bindParameters } from './bind-parameters.ts'

describe('parameters', () => {
  it('take the place of question marks outside of names, strings and comments', () => {
    const sql = "SELECT `a?b`, '?\\'?', \"?\", ? /* ? */, ? -- ?\n, ? # ?"
    expect(bindParameters(sql, [1, 2n, null])).toBe(
      "SELECT `a?b`, '?\\'?', \"?\", 1 /* ? */, 2 -- ?\n, NULL # ?",
    )
  })

  it('lose nothing', () => {
    expect(bindParameters('?', [9_007_199_254_740_993n])).toBe('9007199254740993')
    expect(bindParameters('?', [0.1])).toBe('1e-1')
    expect(bindParameters('?', [new Uint8Array([0, 255])])).toBe("x'00ff'")
  })

  it('never let a text end its own quotation marks', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(bindParameters('?', [value])).toMatch(/^(?:'(?:[^'\\]|'')*'|_utf8mb4 x'[0-9a-f]*')$/)
      }),
    )
  })

  it('are refused where their number is another one, and where a number is none', () => {
    expect(() => bindParameters('SELECT ?', [1, 2])).toThrow(expect.objectContaining({ code: 'USAGE' }))
    expect(() => bindParameters('SELECT ?', [Number.NaN])).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})
