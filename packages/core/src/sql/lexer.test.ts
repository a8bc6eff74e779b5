import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText, gap, token } from '../../test/sql-fragments.ts'
import { thrown } from '../../test/thrown.ts'
import { MigrateError } from '../migrate-error.ts'
import { Lexer } from './lexer.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import {
  BLOCK_COMMENT,
  END_OF_TEXT,
  LINE_COMMENT,
  NUMBER,
  OPERATOR,
  QUOTED_NAME,
  SEMICOLON,
  STRING,
  WORD,
} from './token.ts'

interface Token {
  readonly kind: number
  readonly text: string
  readonly start: number
  readonly end: number
}

function lex(text: string): Token[] {
  const lexer = new Lexer(text, sqliteDialect, { file: 'a.sql' })
  const tokens: Token[] = []
  while (lexer.next() !== END_OF_TEXT) {
    tokens.push({ kind: lexer.kind, text: lexer.slice(), start: lexer.start, end: lexer.end })
  }
  return tokens
}

const texts = (text: string) => lex(text).map((each) => each.text)
const kinds = (text: string) => lex(text).map((each) => each.kind)
const errorIn = (text: string) => thrown(() => lex(text))

describe('the lexer', () => {
  it('reads strings with doubled apostrophes as one token', () => {
    expect(texts("'it''s' 'a' 'b'")).toEqual(["'it''s'", "'a'", "'b'"])
    expect(kinds("'--' ';' '/*'")).toEqual([STRING, STRING, STRING])
  })

  it('reads blob literals as strings, and an x elsewhere as a word', () => {
    expect(texts("x'ff' X'00' x 'ff'")).toEqual(["x'ff'", "X'00'", 'x', "'ff'"])
    expect(kinds('x xy')).toEqual([WORD, WORD])
  })

  it('reads all three kinds of quoted names', () => {
    expect(texts('"a""b" `c``d` [e;f]')).toEqual(['"a""b"', '`c``d`', '[e;f]'])
    expect(kinds('"a" `b` [c]')).toEqual([QUOTED_NAME, QUOTED_NAME, QUOTED_NAME])
  })

  it('ends a bracketed name at the first closing bracket', () => {
    expect(texts('[a]]')).toEqual(['[a]', ']'])
  })

  it('reads comments of both kinds, and does not nest them', () => {
    expect(texts("-- it's;\n/* a /* b */ c")).toEqual(["-- it's;", '/* a /* b */', 'c'])
    expect(kinds('--\n/**/')).toEqual([LINE_COMMENT, BLOCK_COMMENT])
    expect(texts('/*/ */')).toEqual(['/*/ */'])
  })

  it('reads numbers in every notation', () => {
    const numbers = ['1', '1.5', '.5', '1.', '0xFF', '1e10', '1E+5', '2e-3', '1_000']
    expect(texts(numbers.join(' '))).toEqual(numbers)
    expect(kinds('1 .5 0x1')).toEqual([NUMBER, NUMBER, NUMBER])
  })

  it('keeps a number apart from the sign behind it', () => {
    expect(texts('1-2 1e+ a.b')).toEqual(['1', '-', '2', '1e', '+', 'a', '.', 'b'])
  })

  it('reads operators at their full length', () => {
    const operators = ['||', '<=', '<>', '<<', '>=', '>>', '==', '!=', '->', '->>', '=', '<', '-', '/']
    expect(texts(operators.join(' '))).toEqual(operators)
    expect(texts('a=-1')).toEqual(['a', '=', '-', '1'])
    expect(kinds('+ ;')).toEqual([OPERATOR, SEMICOLON])
  })

  it('takes words in any alphabet, with digits and dollar signs inside', () => {
    expect(texts('größe 名前 a1$b _x')).toEqual(['größe', '名前', 'a1$b', '_x'])
  })

  it('takes a byte-order mark and CRLF for white space', () => {
    expect(texts('\uFEFFSELECT\r\n1;\r\n')).toEqual(['SELECT', '1', ';'])
  })

  it('ends a line comment at the line feed, also of a CRLF', () => {
    expect(texts('-- a\r\nb')).toEqual(['-- a\r', 'b'])
    expect(texts('-- a\r')).toEqual(['-- a\r'])
  })
})

describe('the lexer refuses what the engine would misread in silence', () => {
  it('a NUL character, with line and column', () => {
    const error = errorIn('SELECT 1;\nSELECT \0 2')
    expect(error.code).toBe('MIGRATION_SQL')
    expect(error.details).toMatchObject({ file: 'a.sql', line: 2, column: 8 })
    expect(error.message).toMatch(/^a\.sql, line 2: there is a NUL character/)
  })

  it('a lone carriage return inside a line comment, and only there', () => {
    expect(errorIn('SELECT 1;\r\n-- a\rDROP TABLE b;\n').details).toMatchObject({ line: 2, column: 5 })
    expect(texts('SELECT\r1\r')).toEqual(['SELECT', '1'])
    expect(texts('SELECT\r1 -- a\n')).toEqual(['SELECT', '1', '-- a'])
  })

  it('a block comment that never ends', () => {
    const error = errorIn('SELECT 1;\n  /* until\nthe end')
    expect(error.details).toMatchObject({ line: 2, column: 3 })
    expect(error.hint).toBe('Close it with */')
    expect(errorIn('SELECT 1 /*').code).toBe('MIGRATION_SQL')
  })

  it('a string or a quoted name that never ends, where it begins', () => {
    expect(errorIn("SELECT 'it''s\n").message).toContain('the string that begins here')
    for (const text of ['"a', '`a', '[a', '"a""', "x'ff"]) expect(errorIn(text).code).toBe('MIGRATION_SQL')
    expect(errorIn('a\nb "c').details).toMatchObject({ line: 2, column: 3 })
  })

  it('a parameter, which would be NULL', () => {
    for (const text of ['?', '?1', ':name', '@name', '$name']) {
      const error = errorIn(`INSERT INTO t VALUES (${text})`)
      expect(error.code).toBe('MIGRATION_SQL')
      expect(error.message).toContain(`${text} is a parameter`)
    }
  })
})

describe('for any text, the lexer', () => {
  it('reads on to the end or refuses with a MigrateError', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          lex(text)
        } catch (error) {
          expect(MigrateError.is(error)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('leaves nothing out: tokens follow each other, with only white space between them', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let tokens: Token[]
        try {
          tokens = lex(text)
        } catch {
          return
        }
        let covered = 0
        for (const { start, end } of tokens) {
          expect(text.slice(covered, start)).toMatch(/^[ \t\n\r\f\uFEFF]*$/)
          expect(end).toBeGreaterThan(start)
          covered = end
        }
        expect(text.slice(covered)).toMatch(/^[ \t\n\r\f\uFEFF]*$/)
      }),
      { numRuns: 500 },
    )
  })

  it('finds the tokens that were written, whatever stands between them', () => {
    fc.assert(
      fc.property(fc.array(token), fc.array(gap, { minLength: 1 }), (tokens, gaps) => {
        const text = tokens.map((each, index) => each + gaps[index % gaps.length]).join('')
        const significant = lex(text).filter(({ kind }) => kind < LINE_COMMENT)
        expect(significant.map((each) => each.text)).toEqual(tokens)
      }),
      { numRuns: 300 },
    )
  })
})
