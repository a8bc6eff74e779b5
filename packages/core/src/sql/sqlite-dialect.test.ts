import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import type { ScriptMode } from '../model/dialect.ts'
import { Lexer } from './lexer.ts'
import { readSection } from './section-reader.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

function check(sql: string, mode: ScriptMode) {
  const lexer = new Lexer(sql, sqliteDialect, { file: '001_a.sql', migration: '001_a' })
  return readSection(lexer, sqliteDialect, { mode, part: 'up' })
}

const refused = (sql: string, mode: ScriptMode = 'transaction') => thrown(() => check(sql, mode))
const accepted = (sql: string, mode: ScriptMode = 'transaction') => check(sql, mode).statements.length === 1

describe('in a transaction, SQLite refuses', () => {
  it('what begins or ends a transaction, and says what to write instead', () => {
    const statements = [
      'BEGIN IMMEDIATE',
      'COMMIT',
      'END TRANSACTION',
      'rollback',
      'ROLLBACK TO a',
      'SAVEPOINT a',
      'RELEASE a',
    ]
    for (const sql of statements) {
      const error = refused(sql)
      expect(error.code).toBe('MIGRATION_FORBIDDEN')
      expect(error.hint).toContain('Remove the statement')
    }
  })

  it('with file, line, statement and migration in the error', () => {
    const error = refused('CREATE TABLE a (b);\n-- why\nCREATE TABLE c (d);\n/* so */ Commit;\n')
    expect(error.details).toMatchObject({ migration: '001_a', file: '001_a.sql', line: 4, statement: 3 })
    expect(error.message).toBe(
      '001_a.sql, line 4: statement 3 of the up part, COMMIT, would begin or end the transaction that the ' +
        'migration runs in, and half of it could stay behind',
    )
  })

  it('other database files', () => {
    expect(refused("ATTACH 'b.db' AS b").hint).toContain('its own entry in the manifest')
    expect(refused('DETACH DATABASE b').code).toBe('MIGRATION_FORBIDDEN')
  })

  it('VACUUM, and names the header that allows it', () => {
    expect(refused('VACUUM').hint).toContain('-- Transaction: none')
  })

  it('PRAGMA foreign_keys in any spelling, because the engine ignores it', () => {
    const spellings = [
      'PRAGMA foreign_keys = OFF',
      'pragma Foreign_Keys=on',
      'PRAGMA main.foreign_keys(0)',
      'PRAGMA /* a */ "main" . "foreign_keys" = 1',
      'PRAGMA [foreign_keys]',
    ]
    for (const sql of spellings) {
      const error = refused(sql)
      expect(error.message).toContain('PRAGMA foreign_keys, does nothing inside a transaction')
      expect(error.hint).toContain('-- Foreign-Keys: on')
    }
  })

  it('PRAGMA journal_mode, and points to the manifest', () => {
    expect(refused('PRAGMA journal_mode = MEMORY').hint).toContain('"pragmas" in the manifest')
  })

  it('every PRAGMA that is not known to be harmless', () => {
    for (const name of ['writable_schema', 'synchronous', 'analysis_limit', 'locking_mode', 'made_up']) {
      expect(refused(`PRAGMA ${name} = 1`).message).toContain(`PRAGMA ${name}`)
    }
  })
})

describe('in a transaction, SQLite accepts', () => {
  it('pragmas that only read, or that the transaction undoes', () => {
    const names = ['user_version = 3', 'application_id=7', 'main.user_version', 'defer_foreign_keys = ON']
    const reading = [
      'foreign_key_check',
      'integrity_check(10)',
      'table_info(t)',
      "main.index_list('t')",
      'optimize',
    ]
    for (const pragma of [...names, 'legacy_alter_table=1', ...reading]) {
      expect(accepted(`PRAGMA ${pragma}`)).toBe(true)
    }
  })

  it('those words anywhere but at the beginning of a statement', () => {
    expect(accepted('CREATE TABLE commits (begin TEXT, "rollback" TEXT, vacuum DEFAULT \'COMMIT;\')')).toBe(
      true,
    )
    expect(accepted('CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END')).toBe(true)
    expect(accepted('SELECT CASE 1 WHEN 1 THEN 2 END -- COMMIT;')).toBe(true)
  })
})

describe('outside a transaction, SQLite', () => {
  it('still refuses to begin or end one, because each statement stands alone', () => {
    for (const sql of ['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT a', 'RELEASE a']) {
      expect(refused(sql, 'none').message).toContain('with Transaction: none each statement stands alone')
    }
  })

  it('still refuses other database files and an open schema table', () => {
    for (const sql of ["ATTACH 'b.db' AS b", 'DETACH b', 'PRAGMA writable_schema = ON']) {
      expect(refused(sql, 'none').code).toBe('MIGRATION_FORBIDDEN')
    }
  })

  it('accepts VACUUM and the pragmas', () => {
    for (const sql of ['VACUUM', 'PRAGMA journal_mode = WAL', 'PRAGMA page_size = 8192']) {
      expect(accepted(sql, 'none')).toBe(true)
    }
  })
})
