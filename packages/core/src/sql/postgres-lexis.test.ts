import { describe, expect, it } from 'vitest'
import { split as splitBy, tokensOf } from '../../test/split.ts'
import { thrown } from '../../test/thrown.ts'
import { parseSingleFile } from '../migration-file/parse-single-file.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { sqlTokens } from './sql-tokens.ts'

const split = (sql: string) => splitBy(sql, postgresDialect)
const tokens = (sql: string) => tokensOf(sql, postgresDialect)
const errorIn = (sql: string) => thrown(() => split(sql))

describe('tokens of PostgreSQL', () => {
  it('are strings between dollar signs, with and without a tag, whatever is in them', () => {
    expect(tokens("$$a;'b$$ $tag$ $$ ; $ta$ $tag$ $ä1$'$ä1$")).toEqual([
      "$$a;'b$$",
      '$tag$ $$ ; $ta$ $tag$',
      "$ä1$'$ä1$",
    ])
    expect(tokens('a$b$c')).toEqual(['a$b$c'])
  })

  it('are strings with backslashes only behind an E, and where such a string goes on in the next line', () => {
    expect(tokens("E'a\\';' e'\\\\' '\\' E''")).toEqual(["E'a\\';'", "e'\\\\'", "'\\'", "E''"])
    expect(tokens("E'a' -- b\n '\\';'")).toEqual(["E'a'", '-- b', "'\\';'"])
    expect(tokens("E'a' '\\' c")).toEqual(["E'a'", "'\\'", 'c'])
  })

  it('are strings and names of other kinds with their prefix', () => {
    const kinds = ["U&'d\\0061'", 'u&"d\\0061"', "B'01'", "x'1F'", '"a""b"']
    expect(tokens(kinds.join(' '))).toEqual(kinds)
    expect(tokens("N'a'")).toEqual(['N', "'a'"])
  })

  it('are comments that nest', () => {
    expect(tokens('/* a /* b; */ c; */ d')).toEqual(['/* a /* b; */ c; */', 'd'])
    expect(tokens('/*/ * /**/ */ d')).toEqual(['/*/ * /**/ */', 'd'])
  })

  it('are operators of any length, without the sign of a number behind them', () => {
    const operators = [
      '@>',
      '->',
      '->>',
      '?',
      '?|',
      '?&',
      '#>>',
      '<->',
      '~~*',
      '!=',
      '::',
      ':=',
      '=>',
      '@-',
      '`',
    ]
    expect(tokens(operators.join(' '))).toEqual(operators)
    expect(tokens('a=-1 b*-c @-1')).toEqual(['a', '=', '-', '1', 'b', '*', '-', 'c', '@-', '1'])
    expect(tokens('a<--b\n1')).toEqual(['a', '<', '--b', '1'])
    expect(tokens('a*/*b*/1')).toEqual(['a', '*', '/*b*/', '1'])
  })

  it('are numbers in every notation', () => {
    const numbers = ['1', '1.5', '.5', '1.', '0x1F', '0o17', '0b101', '1_000', '1e10', '1E-5']
    expect(tokens(numbers.join(' '))).toEqual(numbers)
    expect(tokens('a[1:2] 1..5')).toEqual(['a', '[', '1', ':', '2', ']', '1', '..', '5'])
  })

  it('stand for what they mean', () => {
    const values = sqlTokens(
      `"a""b" U&"d\\0061t\\+000061" 'it''s' E'a\\n\\'' $x$a'b$x$ x'ff'`,
      postgresDialect,
    )
    expect(values.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'name a"b',
      'name data',
      "string it's",
      "string a\n'",
      "string a'b",
      "string x'ff'",
    ])
  })
})

describe('statements of PostgreSQL', () => {
  it('end at semicolons outside strings, names, comments and dollar quotes', () => {
    const sql = `CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 1; END; $body$`
    expect(split(`SELECT ';', E'\\';', "a;b" /* ; /* ; */ ; */; -- ;\n${sql};\nSELECT 2`)).toEqual([
      `SELECT ';', E'\\';', "a;b"`,
      sql,
      'SELECT 2',
    ])
  })

  it('do not end between parentheses', () => {
    const rule = 'CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (1); DELETE FROM c;)'
    expect(split(`${rule}; SELECT 1`)).toEqual([rule, 'SELECT 1'])
  })

  it('hold the body from BEGIN ATOMIC to its END, CASE … END included', () => {
    for (const create of ['CREATE FUNCTION f()', 'create or replace function f()', 'CREATE PROCEDURE p()']) {
      const routine = `${create} RETURNS int BEGIN ATOMIC
        SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END ELSE 3 END AS end, t.end, "end" FROM t;
        INSERT INTO log VALUES ('END;');
      END`
      expect(split(`${routine};\nSELECT 1;`)).toEqual([routine, 'SELECT 1'])
    }
  })

  it('may name arguments of a function by their number', () => {
    const create = 'CREATE FUNCTION f(int) RETURNS int RETURN $1 + 1'
    expect(split(`${create}; SELECT 1`)).toEqual([create, 'SELECT 1'])
    expect(split('CREATE PROCEDURE p(int) BEGIN ATOMIC DELETE FROM t WHERE a = $1; END')).toHaveLength(1)
    expect(sqlTokens('a = $1', postgresDialect).map(({ kind, text }) => `${kind} ${text}`)).toContain(
      'number $1',
    )
  })

  it('end as ever where BEGIN, ATOMIC, CASE and END are something else', () => {
    expect(split('BEGIN; SELECT 1; END; CREATE TABLE begin (atomic int); SELECT 2')).toHaveLength(5)
    expect(
      split('CREATE FUNCTION atomic(begin int) RETURNS int RETURN 1; SELECT CASE WHEN a THEN 1 END'),
    ).toHaveLength(2)
  })
})

describe('PostgreSQL: refused with the place of its begin is', () => {
  it.each([
    ['a string', "SELECT 1;\n  'it''s", 'string'],
    ['a string with backslashes', "SELECT 1;\n  E'a\\'", 'string'],
    ['a dollar-quoted string', 'SELECT 1;\n  $a$ $b$ $$', 'string that begins here with $a$'],
    ['a quoted name', 'SELECT 1;\n  "a""', 'quoted name'],
    ['a comment', 'SELECT 1;\n  /* /* */', 'comment that begins here'],
    ['a parenthesis', 'SELECT 1;\n  (SELECT (2);\nSELECT 3;', 'parenthesis that begins here'],
  ])('%s that never ends', (_, sql, message) => {
    const error = errorIn(sql)
    expect(error.code).toBe('MIGRATION_SQL')
    expect(error.message).toContain(message)
    expect(error.details).toMatchObject({ file: 'a.sql', line: 2, column: 3 })
  })

  it('a body without its END', () => {
    const error = errorIn('CREATE FUNCTION f() RETURNS int\n  BEGIN ATOMIC SELECT 1;\nSELECT 2;')
    expect(error.message).toBe('a.sql, line 2: the BEGIN ATOMIC that begins here never ends')
    expect(error.details).toMatchObject({ line: 2, column: 3 })
  })

  it('a command of psql, with what to do instead', () => {
    for (const command of ['\\d', '\\copy', '\\i', '\\connect', '\\gset']) {
      const error = errorIn(`SELECT 1;\n ${command} x\n`)
      expect(error.message).toBe(`a.sql, line 2: ${command} is a command of the engine's own shell, not SQL`)
      expect(error.details).toMatchObject({ line: 2, column: 2 })
    }
    expect(errorIn('\\copy a FROM b.csv').hint).toContain('INSERT INTO')
    expect(errorIn('SELECT 1 \\g').hint).toContain('semicolon')
  })

  it('a parameter, a NUL, and a carriage return that ends a comment for the engine only', () => {
    expect(errorIn('SELECT\n $1').details).toMatchObject({ parameter: '$1', line: 2, column: 2 })
    expect(errorIn('CREATE VIEW v AS SELECT $1').details).toMatchObject({ parameter: '$1' })
    expect(errorIn("SELECT 'a\0'").message).toContain('NUL')
    expect(errorIn('-- a\rDROP TABLE b;\n').message).toContain('takes what is behind it for SQL')
  })
})

describe('the parts of a file for PostgreSQL', () => {
  it('begin at markers outside of strings and comments only', () => {
    const body =
      "$$\n-- === DOWN MIGRATION ===\n$$, '\n-- === DOWN MIGRATION ===\n', /*\n-- === UP MIGRATION ===\n*/ 1"
    const { up, down } = parseSingleFile(
      `-- Description: all of it\n-- === UP MIGRATION ===\nSELECT ${body};\n-- === DOWN MIGRATION ===\nSELECT 2;\n`,
      { id: '001_a', version: '1', name: 'a', fingerprint: '', file: '001_a.sql' },
      postgresDialect,
    )
    expect(up.statements.map(({ start, end }) => up.sql.slice(start, end))).toEqual([`SELECT ${body}`])
    expect(down?.statements).toMatchObject([{ verb: 'SELECT', line: 11 }])
  })
})
