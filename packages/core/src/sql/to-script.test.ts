import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gap, token } from '../../test/sql-fragments.ts'
import { thrown } from '../../test/thrown.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { toScript } from './to-script.ts'

function statements(sql: string): string[] {
  return toScript(sql, { dialect: sqliteDialect }).statements.map(({ start, end }) => sql.slice(start, end))
}

describe('splitting into statements', () => {
  it('ends statements at semicolons outside strings, names and comments', () => {
    const sql = `INSERT INTO t VALUES (';', "a;b"); -- not here; it's a comment
      /* nor ; here */ SELECT [;], \`;\`;`
    expect(statements(sql)).toEqual([`INSERT INTO t VALUES (';', "a;b")`, 'SELECT [;], `;`'])
  })

  it('leaves out semicolons and the comments and spaces around a statement, and keeps those inside', () => {
    expect(statements('  -- a\n SELECT /* b */ 1 /* c */ ; -- d\n')).toEqual(['SELECT /* b */ 1'])
  })

  it('skips empty statements', () => {
    expect(statements(';; -- a\n ; SELECT 1;; /* b */ ;')).toEqual(['SELECT 1'])
    expect(statements('-- only a comment')).toEqual([])
    expect(statements('')).toEqual([])
  })

  it('takes the last statement without a semicolon, also in front of a comment', () => {
    expect(statements('SELECT 1; SELECT 2 -- a')).toEqual(['SELECT 1', 'SELECT 2'])
  })

  it('keeps the body of a trigger together, CASE … END included', () => {
    const trigger = `CREATE TRIGGER t AFTER UPDATE ON a BEGIN
      UPDATE b SET c = CASE WHEN new.d THEN 1 ELSE 2 END;
      INSERT INTO log VALUES ('x; END;');
    END`
    expect(statements(`${trigger};\nSELECT 1;`)).toEqual([trigger, 'SELECT 1'])
    expect(statements(trigger)).toEqual([trigger])
  })

  it('knows temporary triggers, comments between the words, and any letter case', () => {
    for (const create of [
      'CREATE TEMP TRIGGER',
      'create temporary trigger',
      'CREATE /* a; */ TRIGGER -- b\n',
    ]) {
      const trigger = `${create} t AFTER INSERT ON a BEGIN SELECT 1; end`
      expect(statements(`${trigger} ; SELECT 2`)).toEqual([trigger, 'SELECT 2'])
    }
  })

  it('does not take a table or a column called trigger for a trigger', () => {
    expect(statements('CREATE TABLE trigger (a); SELECT 1')).toHaveLength(2)
    expect(statements('CREATE TABLE "TRIGGER" (a); CREATE INDEX trigger ON a (b); SELECT 1')).toHaveLength(3)
  })

  it('splits transactions and CASE outside of triggers at every semicolon', () => {
    expect(statements('BEGIN; SELECT CASE WHEN 1 THEN 2 END; END;')).toHaveLength(3)
  })

  it('keeps a common table expression in one statement', () => {
    const sql =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO t SELECT i FROM n'
    expect(toScript(`${sql};`, { dialect: sqliteDialect }).statements).toEqual([
      { start: 0, end: sql.length, line: 1, verb: 'WITH' },
    ])
  })

  it('says on which line a statement begins and what its first keyword is', () => {
    const { statements: found } = toScript(
      'select 1;\r\n\r\n-- a\n/* b\n */ Update t\nset a = 1;drop table t',
      {
        dialect: sqliteDialect,
      },
    )
    expect(found.map(({ line, verb }) => [line, verb])).toEqual([
      [1, 'SELECT'],
      [5, 'UPDATE'],
      [6, 'DROP'],
    ])
  })

  it('refuses the commands of a shell', () => {
    for (const command of ['.read other.sql', '\\i other.sql']) {
      const error = thrown(() =>
        toScript(`SELECT 1;\n${command}\n`, { dialect: sqliteDialect, file: 'a.sql' }),
      )
      expect(error.code).toBe('MIGRATION_SQL')
      expect(error.message).toBe(
        `a.sql, line 2: ${command.split(' ')[0]} is a command of the engine's own shell, not SQL`,
      )
      expect(error.details).toMatchObject({ line: 2, column: 1 })
    }
  })

  it('gives back the statements that were joined', () => {
    const statement = fc.array(token, { minLength: 1, maxLength: 8 }).map((tokens) => tokens.join(' '))
    const plain = statement.filter((sql) => !/^[.\\]/.test(sql) && !/^create/i.test(sql))
    fc.assert(
      fc.property(fc.array(plain), fc.array(gap, { minLength: 1 }), (parts, gaps) => {
        const sql = parts.map((part, index) => `${gaps[index % gaps.length]}${part};`).join(';')
        expect(statements(sql)).toEqual(parts)
      }),
      { numRuns: 300 },
    )
  })
})
