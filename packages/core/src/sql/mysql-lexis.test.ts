import { describe, expect, it } from 'vitest'
import { split as splitBy, tokensOf } from '../../test/split.ts'
import { thrown } from '../../test/thrown.ts'
import { parseSingleFile } from '../migration-file/parse-single-file.ts'
import { mysqlDialect } from './mysql-dialect.ts'
import { sqlTokens } from './sql-tokens.ts'

const split = (sql: string) => splitBy(sql, mysqlDialect)
const tokens = (sql: string) => tokensOf(sql, mysqlDialect)
const errorIn = (sql: string) => thrown(() => split(sql))

describe('tokens of MySQL', () => {
  it('are strings in both quotation marks, with backslashes and doubled marks', () => {
    const strings = [`'a\\';'`, `"it's"`, `'it''s'`, `"a""b\\""`, `'\\\\'`, `''`, `N'a'`, `x'1F'`, `b'01'`]
    expect(tokens(strings.join(' '))).toEqual(strings)
  })

  it('are names between back-ticks, and names that begin with a digit', () => {
    expect(tokens('`a``b;` 1st 2e 3 1e5 0x1F 0b01 1.5')).toEqual(
      '`a``b;`|1st|2e|3|1e5|0x1F|0b01|1.5'.split('|'),
    )
    const kinds = sqlTokens('1st 12 1e5 0x1F 1.5', mysqlDialect).map(({ kind }) => kind)
    expect(kinds).toEqual(['word', 'number', 'number', 'number', 'number'])
  })

  it('are comments of three kinds, dashes only in front of white space', () => {
    expect(tokens("a # it's;\nb -- ;\nc --\td\n--\n5--3 /* ; */")).toEqual([
      'a',
      "# it's;",
      'b',
      '-- ;',
      'c',
      '--\td',
      '--',
      '5',
      '-',
      '-',
      '3',
      '/* ; */',
    ])
  })

  it('are the SQL in versioned comments, and their borders', () => {
    expect(tokens("/*!50003 SET a='*/' */ /*M!100100 b /* c */ */ /*! d */ /* e */")).toEqual([
      '/*!50003',
      'SET',
      'a',
      '=',
      "'*/'",
      '*/',
      '/*M!100100',
      'b',
      '/* c */',
      '*/',
      '/*!',
      'd',
      '*/',
      '/* e */',
    ])
    expect(tokens('2 */ 3')).toEqual(['2', '*', '/', '3'])
  })

  it('are operators and variables', () => {
    const operators = ['<=>', '->>', '->', ':=', '&&', '||', '<<', '!=', '@@']
    expect(tokens(operators.join(' '))).toEqual(operators)
    expect(tokens('@a @@b.c')).toEqual(['@', 'a', '@@', 'b', '.', 'c'])
  })

  it('stand for what they mean', () => {
    const values = sqlTokens("`a``b` 'it''s\\n' \"a\\\"b\" N'a' x'1F'", mysqlDialect)
    expect(values.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'name a`b',
      "string it's\n",
      'string a"b',
      'string a',
      "string x'1F'",
    ])
  })
})

describe('DELIMITER', () => {
  const procedure = `CREATE PROCEDURE p()\nBEGIN\n  SELECT 1;\n  SELECT '//', 2;\nEND`

  it('says what ends a statement, and is no part of one', () => {
    const sql = `SELECT 1;\nDELIMITER //\n${procedure}//\n${procedure} // SELECT 2; SELECT 3//\n  delimiter ;\nSELECT 4;`
    expect(split(sql)).toEqual(['SELECT 1', procedure, procedure, 'SELECT 2', 'SELECT 3', 'SELECT 4'])
  })

  it('may be any signs, also where a word or another sign would swallow them', () => {
    for (const sign of ['$$', ';;', '|', '//', '??', '!', '.', '\u00a7', '--;', '@@']) {
      expect(split(`DELIMITER ${sign}\n${procedure}${sign}\nSELECT a${sign}DELIMITER ;\nSELECT 2`)).toEqual([
        procedure,
        'SELECT a',
        'SELECT 2',
      ])
    }
  })

  it('keeps a body together whatever is in it', () => {
    const strange = 'CREATE PROCEDURE p() BEGIN THEN; END; END; CASE; WHILE'
    expect(split(`DELIMITER //\n${strange}\n//\nDELIMITER ;\nSELECT 1`)).toEqual([strange, 'SELECT 1'])
  })

  it('may be the name of a column', () => {
    expect(
      split('CREATE TABLE a (\n delimiter varchar(5),\n  b int);\nSELECT\n delimiter FROM a'),
    ).toHaveLength(2)
  })

  it('is refused where the client would read it in another way, or skip SQL', () => {
    expect(errorIn('SELECT 1;\n DELIMITER\nSELECT 2').details).toMatchObject({ line: 2, column: 2 })
    for (const sign of ['a', "'//'", '\\\\', '`'])
      expect(errorIn(`DELIMITER ${sign}\n`).hint).toContain('DELIMITER //')
    expect(errorIn('DELIMITER // SELECT 1//\n').message).toContain('"SELECT 1//" stands behind DELIMITER')
    expect(split('DELIMITER // -- so\nSELECT 1//')).toEqual(['SELECT 1'])
    const open = errorIn(`DELIMITER //\n${procedure}\nDELIMITER ;\nSELECT 1;`)
    expect(open.message).toBe(
      'a.sql, line 7: a DELIMITER line stands inside the statement that begins on line 2',
    )
  })
})

describe('without DELIMITER', () => {
  it.each([
    ['nested blocks', 'CREATE PROCEDURE p() BEGIN BEGIN SELECT 1; END; a: BEGIN END a; END'],
    [
      'CASE as expression and statement',
      'CREATE PROCEDURE p() BEGIN SELECT CASE a WHEN 1 THEN 2 END; CASE a WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE; END',
    ],
    [
      'IF as statement and function',
      'CREATE PROCEDURE p() BEGIN IF a THEN SELECT IF(b, 1, 2); ELSEIF CASE c WHEN 1 THEN d END THEN SELECT 3; ELSE SELECT 4; END IF; END',
    ],
    [
      'an IF in a WHEN',
      'CREATE PROCEDURE p() BEGIN CASE WHEN a THEN IF b THEN SELECT 1; END IF; ELSE SELECT 2; END CASE; END',
    ],
    [
      'loops',
      'CREATE PROCEDURE p() BEGIN l: LOOP SELECT 1; LEAVE l; END LOOP l; WHILE a DO SELECT 2; END WHILE; REPEAT SELECT REPEAT("a", 3); UNTIL b END REPEAT; FOR i IN 1..3 DO SELECT i; END FOR; END',
    ],
    [
      'handlers and cursors',
      'CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR SELECT 1; DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; OPEN c; END',
    ],
    [
      'a body that is no block',
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF NEW.b < 0 THEN SET NEW.b = 0; END IF',
    ],
    ['a trigger', 'CREATE TRIGGER t AFTER DELETE ON a FOR EACH ROW BEGIN INSERT INTO b VALUES (OLD.c); END'],
    [
      'an event',
      'CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM a; DO SLEEP(1); END',
    ],
    [
      'a definer',
      "CREATE OR REPLACE DEFINER = `root`@'%' FUNCTION f() RETURNS INT DETERMINISTIC BEGIN RETURN 1; END",
    ],
    [
      'versioned comments',
      '/*!50003 CREATE*/ /*!50017 DEFINER=a@b*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; END */',
    ],
    ['a block of MariaDB', 'BEGIN NOT ATOMIC SELECT 1; IF a THEN SELECT 2; END IF; END'],
    [
      'names like keywords',
      'CREATE PROCEDURE p() BEGIN SELECT begin, a.end, @begin, `end` FROM t WHERE begin = 1; SELECT a AS end; END',
    ],
    ['a package', 'CREATE PACKAGE p PROCEDURE a(); FUNCTION b() RETURNS INT; END'],
  ])('a statement holds the semicolons of its body: %s', (_, sql) => {
    expect(split(`SELECT 1;\n${sql};\nSELECT 2;`)).toEqual(['SELECT 1', sql, 'SELECT 2'])
    expect(split(`DELIMITER $$\n${sql}$$\nDELIMITER ;\nSELECT 2;`)).toEqual([sql, 'SELECT 2'])
  })

  it('a statement without a body ends as ever', () => {
    const sql =
      'BEGIN; SELECT CASE a WHEN 1 THEN 2 END; END; CREATE FUNCTION f() RETURNS INT RETURN 1; DO 1; SELECT IF(a, 1, 2)'
    expect(split(sql)).toHaveLength(6)
    expect(split('CREATE TABLE procedure_ (begin int, end int); CREATE VIEW v AS SELECT 1')).toHaveLength(2)
  })

  it('a body without its END is refused where it begins, and DELIMITER is named', () => {
    const error = errorIn('CREATE PROCEDURE p()\n  BEGIN SELECT 1;\nSELECT 2;')
    expect(error.message).toBe('a.sql, line 2: the BEGIN that begins here never ends')
    expect(error.details).toMatchObject({ line: 2, column: 3 })
    expect(error.hint).toContain('DELIMITER //')
  })
})

describe('MySQL: refused with the place of its begin is', () => {
  it.each([
    ['a string', `SELECT 1;\n  'it\\'`, 'string'],
    ['a string in double quotes', 'SELECT 1;\n  "it\'s', 'string'],
    ['a name', 'SELECT 1;\n  `a``', 'quoted name'],
    ['a comment', 'SELECT 1;\n  /* /* ', 'comment that begins here'],
    ['a versioned comment', 'SELECT 1;\n  /*!50003 SELECT 1', 'comment with SQL in it'],
    [
      'a versioned comment over the end of a statement',
      'SELECT 1;\n  /*!50003 SELECT 1; SELECT 2 */',
      'comment with SQL in it',
    ],
  ])('%s that never ends', (_, sql, message) => {
    const error = errorIn(sql)
    expect(error.code).toBe('MIGRATION_SQL')
    expect(error.message).toContain(message)
    expect(error.details).toMatchObject({ line: 2, column: 3 })
  })

  it('a versioned comment inside another one', () => {
    expect(errorIn('/*!50003 a /*!50004 b */ */').details).toMatchObject({ line: 1, column: 12 })
  })

  it('a command of the shell, a parameter, a NUL, a lone carriage return in a comment', () => {
    expect(errorIn('SELECT 1\\G').hint).toContain('semicolon')
    expect(errorIn('\\. b.sql').hint).toContain('Put the SQL of that file')
    expect(errorIn('SELECT \\N').hint).toBe('Write NULL')
    expect(errorIn('SELECT ?').details).toMatchObject({ parameter: '?', line: 1, column: 8 })
    expect(errorIn("SELECT '\0'").message).toContain('NUL')
    expect(errorIn('# a\rDROP TABLE b;\n').message).toContain('carriage return')
  })
})

describe('the parts of a file for MySQL', () => {
  const named = { id: '001_a', version: '1', name: 'a', fingerprint: '', file: '001_a.sql' }
  const parse = (text: string) => parseSingleFile(text, named, mysqlDialect)

  it('begin at markers outside of strings and comments only', () => {
    const body = '"\n-- === DOWN MIGRATION ===\n", `\n-- === UP MIGRATION ===\n`'
    const { up, down } = parse(
      `# so\n-- === UP MIGRATION ===\nDELIMITER //\nSELECT ${body}//\nDELIMITER ;\n-- === DOWN MIGRATION ===\nSELECT 2;\n`,
    )
    expect(up.statements.map(({ start, end }) => up.sql.slice(start, end))).toEqual([`SELECT ${body}`])
    expect(down?.statements).toMatchObject([{ verb: 'SELECT', line: 11 }])
  })

  it('begin with the semicolon: a DELIMITER that is left over is refused', () => {
    const text = '-- === UP MIGRATION ===\nDELIMITER //\nSELECT 1//\n-- === DOWN MIGRATION ===\nSELECT 2//\n'
    const error = thrown(() => parse(text))
    expect(error.message).toContain('while // still ends its statements')
    expect(error.details).toMatchObject({ line: 4, column: 1 })
  })
})
