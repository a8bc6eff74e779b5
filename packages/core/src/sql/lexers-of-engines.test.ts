import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anyGap,
  anyTextOf,
  mysqlFragments,
  plainStatement,
  postgresFragments,
} from '../../test/engine-fragments.ts'
import { split as splitBy } from '../../test/split.ts'
import { MigrateError } from '../migrate-error.ts'
import { Lexer } from './lexer.ts'
import { END_OF_TEXT, LINE_COMMENT } from './token.ts'

describe.each([postgresFragments, mysqlFragments])(
  'for any text, the lexer of $dialect.name',
  (fragments) => {
    const { dialect, slow } = fragments
    const split = (sql: string) => splitBy(sql, dialect)

    it('reads on to the end, with only white space between tokens, or refuses with the place', () => {
      fc.assert(
        fc.property(anyTextOf(fragments), (text) => {
          let covered = 0
          try {
            const lexer = new Lexer(text, dialect, { file: 'a.sql' })
            while (lexer.next() !== END_OF_TEXT) {
              expect(text.slice(covered, lexer.start)).toMatch(/^[ \t\n\r\f\v\uFEFF]*$/)
              expect(lexer.end).toBeGreaterThan(lexer.start)
              covered = lexer.end
            }
            expect(text.slice(covered)).toMatch(/^[ \t\n\r\f\v\uFEFF]*$/)
          } catch (error) {
            if (!MigrateError.is(error)) throw error
            expectPlace(error, text)
          }
        }),
        { numRuns: 1000 },
      )
    })

    it('splits it, or refuses it with the place', () => {
      fc.assert(
        fc.property(anyTextOf(fragments), (text) => {
          try {
            const statements = split(text)
            expect(statements.every((statement) => text.includes(statement))).toBe(true)
          } catch (error) {
            if (!MigrateError.is(error)) throw error
            expectPlace(error, text)
          }
        }),
        { numRuns: 1000 },
      )
    })

    it('finds the tokens that were written, whatever stands between them', () => {
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom(...fragments.tokens)),
          fc.array(anyGap(fragments), { minLength: 1 }),
          (tokens, gaps) => {
            const text = tokens.map((each, index) => each + gaps[index % gaps.length]).join('')
            const lexer = new Lexer(text, dialect)
            const found: string[] = []
            for (let kind = lexer.next(); kind !== END_OF_TEXT; kind = lexer.next()) {
              if (kind < LINE_COMMENT) found.push(lexer.slice())
            }
            expect(found).toEqual(tokens)
          },
        ),
        { numRuns: 300 },
      )
    })

    it('gives back the statements that were joined', () => {
      const statements = fc.array(plainStatement(fragments))
      fc.assert(
        fc.property(statements, fc.array(anyGap(fragments), { minLength: 1 }), (parts, gaps) => {
          const sql = parts.map((part, index) => `${gaps[index % gaps.length]}${part};`).join(';')
          expect(split(sql)).toEqual(parts)
        }),
        { numRuns: 300 },
      )
    })

    it('reads a long text of one kind in one walk', () => {
      for (const [front, repeated] of slow) {
        const text = front + repeated.repeat(Math.ceil(100_000 / repeated.length))
        try {
          split(text)
        } catch (error) {
          expect(MigrateError.is(error)).toBe(true)
        }
      }
    })
  },
)

describe('for any sign behind DELIMITER, the lexer of mysql', () => {
  it('gives back the statements that were joined with it', () => {
    const signs = fc.constantFrom('//', '$$', ';;', '|', '??', '!!', '§', '~', '^^', '{}')
    const statements = fc.array(plainStatement(mysqlFragments), { minLength: 1 })
    fc.assert(
      fc.property(
        signs,
        statements,
        fc.array(anyGap(mysqlFragments), { minLength: 1 }),
        (sign, all, gaps) => {
          const parts = all.filter((part) => `${part}${sign}`.indexOf(sign) === part.length)
          const sql = parts.map((part, index) => `${gaps[index % gaps.length]}${part}${sign}`).join('')
          expect(splitBy(`DELIMITER ${sign}\n${sql}\nDELIMITER ;\nSELECT 1`, mysqlFragments.dialect)).toEqual(
            [...parts, 'SELECT 1'],
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})

/** The place of an error is one of the text. */
function expectPlace(error: MigrateError, text: string): void {
  expect(error.code).toBe('MIGRATION_SQL')
  const { line, column } = error.details as { line: number; column: number }
  const lines = text.split('\n')
  expect(line).toBeLessThanOrEqual(lines.length)
  expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
}
