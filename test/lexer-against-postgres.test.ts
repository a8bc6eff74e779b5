import { Buffer } from 'node:buffer'
import { postgresDialect, toScript } from '@whimbrel/core'
import fc from 'fast-check'
import { loadModule, parseSync, scanSync } from 'libpg-query'
import { beforeAll, describe, expect, it } from 'vitest'
import { Lexer } from '../packages/core/src/sql/lexer.ts'
import { END_OF_TEXT, LINE_COMMENT, STRING } from '../packages/core/src/sql/token.ts'

beforeAll(() => loadModule())

interface Statement {
  readonly start: number
  readonly text: string
}

function oursOf(sql: string): Statement[] {
  return toScript(sql, { dialect: postgresDialect }).statements.map(({ start, end }) => ({
    start,
    text: sql.slice(start, end),
  }))
}

/** The statements as the engine's own grammar finds them; it counts bytes, and what stands in front of the semicolon. */
function theirsOf(sql: string): Statement[] {
  const bytes = Buffer.from(sql)
  return (parseSync(sql).stmts ?? []).map(({ stmt_location: from = 0, stmt_len: length = 0 }) => {
    const text = bytes.subarray(from, length === 0 ? undefined : from + length).toString()
    return { start: bytes.subarray(0, from).toString().length, text: withoutEnd(text) }
  })
}

/** The text up to the last token that means something, as the engine's scanner finds it. */
function withoutEnd(text: string): string {
  const last = scanSync(text).tokens.findLast(({ tokenName }) => !tokenName.includes('COMMENT'))
  return Buffer.from(text).subarray(0, last?.end).toString()
}

const corpus: readonly (readonly [what: string, statements: readonly string[]])[] = [
  [
    'tables',
    ["CREATE TABLE a (b int DEFAULT 1, c text CHECK (c <> ';'))", 'DROP TABLE IF EXISTS a, "b;c" CASCADE'],
  ],
  ['operators', ["SELECT a @> '{1}', b->>'c', d ? 'e', f::int, -1, 2=-1, a <-> b, 1 !=-1 FROM t"]],
  ['strings', [`SELECT E'a\\';', U&'d\\0061', B'01', x'1F', N';', 'it''s;', E'a'\n'\\';'`]],
  ['dollar quotes', ['DO $$ BEGIN; END; $$', "DO $a$ $$;$$ '; $a$", 'SELECT $ä_1$;$ä_1$, a$b$c FROM t']],
  [
    'plpgsql',
    [
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN IF a THEN b; END IF; RETURN 'x;'; END $f$",
    ],
  ],
  ['rules', ['CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v)']],
  [
    'SQL bodies',
    [
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 1 ELSE CASE b WHEN 1 THEN 2 END END FROM t; END',
      'CREATE OR REPLACE PROCEDURE p(a int) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (a); END',
      'CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT t.end FROM t; END',
      'CREATE FUNCTION h() RETURNS int BEGIN ATOMIC END',
      'CREATE FUNCTION i(a int) RETURNS int RETURN CASE a WHEN $1 THEN 2 END',
    ],
  ],
  ['transactions', ['BEGIN', 'SAVEPOINT a', 'END', 'START TRANSACTION', 'COMMIT']],
  [
    'names',
    [
      'CREATE TABLE "a""b" (begin int, atomic int, "end" int)',
      'SELECT größe, 名前 AS "x;y", U&"d\\0061" FROM t',
    ],
  ],
  ['comments', ['SELECT 1 /* a /* ; */ b */ + 2 -- ;\n + 3', 'SELECT 4--;\n,5']],
  ['copies and listens', ["COPY t TO '/srv/a;b'", 'LISTEN a', "NOTIFY a, ';'", 'VACUUM (ANALYZE) t']],
  [
    'enums and domains',
    ["ALTER TYPE mood ADD VALUE ';' AFTER 'ok'", "CREATE DOMAIN d AS text CHECK (value ~ '^;$')"],
  ],
  ['a query that begins with a parenthesis', ['(SELECT 1)', '(SELECT 2) UNION (SELECT 3)']],
  ['slices and ranges', ['SELECT a[1:2], a[b:c], (a).b FROM t', 'VALUES (1), (2)']],
]

const statement = fc.constantFrom(...corpus.flatMap(([, statements]) => statements))
const gap = fc
  .array(
    fc.constantFrom(
      ' ',
      '\n',
      '\t',
      '\r\n',
      '\f',
      '\v',
      "-- it's;\n",
      '/* ; */',
      '/* /* " */ \' */',
      '--\n',
      '/**/',
      '',
    ),
    { maxLength: 3 },
  )
  .map((parts) => parts.join(''))

describe('our lexer and the grammar of PostgreSQL', () => {
  it.each(corpus)('end statements at the same places: %s', (_, statements) => {
    const sql = statements.join(';\n')
    expect(oursOf(sql).map(({ text }) => text)).toEqual(statements)
    expect(theirsOf(sql)).toEqual(oursOf(sql))
  })

  it('end every statement of a script at the same place, whatever stands between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(statement, gap), { minLength: 1 }),
        gap,
        fc.constantFrom(';', ';;', ' ; ;'),
        (all, front, end) => {
          const sql = front + all.map(([text, behind]) => `${text}${end}${behind}`).join('')
          expect(oursOf(sql).map(({ text }) => text)).toEqual(all.map(([text]) => text))
          expect(theirsOf(sql)).toEqual(oursOf(sql))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('read the same tokens of any text that the scanner accepts, but for strings that go on in the next line', () => {
    const pieces = (
      "SELECT E U& u&' U&\" n n' b b' x x' ' '' ''' \" \"\" $ $$ $a$ $1 1 1.5 .5 1. 0x1F 0b1 1e5 1e 1_0 a$b ä :: := .. " +
      "=> @> ->> ?| =- @- + - -- /* */ * <> ; ( ) [ ] , . : ` # ~ ! % ^ & | = \\'"
    ).split(' ')
    const any = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.constantFrom(' ', '\n', '\r\n', '\t', '\v', '-- x\n')), {
        maxLength: 12,
      })
      .map((parts) => parts.join(''))
    let compared = 0
    fc.assert(
      fc.property(any, (sql) => {
        const theirs = scanned(sql)
        if (theirs === undefined) return
        const ours = lexed(sql)
        if (ours === undefined) return
        compared += 1
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 3000 },
    )
    expect(compared).toBeGreaterThan(500)
  })
})

function scanned(sql: string): string[] | undefined {
  const bytes = Buffer.from(sql)
  try {
    const { tokens } = scanSync(sql)
    return tokens
      .filter(({ tokenName }) => !tokenName.includes('COMMENT'))
      .map(({ start, end }) => bytes.subarray(start, end).toString())
  } catch {
    return undefined
  }
}

/**
 * Undefined where we refuse what the scanner leaves to others: commands of the shell. A string that goes
 * on in the next line is one token of the scanner's and several of ours.
 */
function lexed(sql: string): string[] | undefined {
  const tokens: string[] = []
  let string: { start: number; end: number } | undefined
  try {
    const lexer = new Lexer(sql, postgresDialect)
    for (let kind = lexer.next(); kind !== END_OF_TEXT; kind = lexer.next()) {
      if (kind >= LINE_COMMENT) continue
      const { start, end } = lexer
      const between = string === undefined ? '' : sql.slice(string.end, start)
      const goesOn = kind === STRING && sql[start] === "'" && /[\n\r]/.test(between)
      // The server joins strings across a line comment, the library does not.
      if (goesOn && between.includes('--')) return undefined
      if (goesOn && string !== undefined) {
        tokens[tokens.length - 1] = sql.slice(string.start, end)
        string = { start: string.start, end }
      } else {
        tokens.push(lexer.slice())
        string = kind === STRING && sql[end - 1] === "'" ? { start, end } : undefined
      }
    }
  } catch (error) {
    if (error instanceof Error && /own shell/.test(error.message)) return undefined
    throw error
  }
  return tokens
}
