import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import type { ScriptMode } from '../model/dialect.ts'
import { Lexer } from './lexer.ts'
import { mysqlDialect } from './mysql-dialect.ts'
import { scriptFacts } from './script-facts.ts'
import { readSection } from './section-reader.ts'
import { toScript } from './to-script.ts'

function check(sql: string, mode: ScriptMode = 'transaction') {
  const lexer = new Lexer(sql, mysqlDialect, { file: '001_a.sql', migration: '001_a' })
  return readSection(lexer, mysqlDialect, { mode, part: 'up' }).statements
}
const refused = (sql: string, mode?: ScriptMode) => {
  const error = thrown(() => check(sql, mode))
  expect(error.code).toBe('MIGRATION_FORBIDDEN')
  return error
}

describe('MySQL refuses', () => {
  it('what begins or ends a transaction, in both modes, with line and column', () => {
    const statements = [
      'BEGIN',
      'BEGIN WORK',
      'START TRANSACTION',
      'commit',
      'ROLLBACK TO a',
      'SAVEPOINT a',
      'RELEASE SAVEPOINT a',
    ]
    for (const sql of [...statements, "XA START 'a'", '/*!40101 COMMIT */']) {
      expect(refused(sql).message).toContain('would begin or end the transaction')
      expect(refused(sql, 'none').message).toContain('each statement stands alone')
    }
    expect(refused('SELECT 1;\n  COMMIT').details).toMatchObject({ line: 2, column: 3, statement: 2 })
  })

  it('locks on tables', () => {
    for (const sql of [
      'LOCK TABLES a WRITE',
      'UNLOCK TABLES',
      'FLUSH TABLES WITH READ LOCK',
      'FLUSH TABLES a FOR EXPORT',
    ]) {
      expect(refused(sql).message).toContain('would commit what ran before it')
    }
  })

  it('settings of the connection and the server, however they are written', () => {
    const settings: readonly (readonly [sql: string, name: string])[] = [
      ["SET sql_mode = ''", 'SET sql_mode'],
      ["SET SESSION sql_mode = ''", 'SET sql_mode'],
      ['SET LOCAL autocommit = 0', 'SET autocommit'],
      ['SET @@session.foreign_key_checks = 0', 'SET foreign_key_checks'],
      ['SET @@`foreign_key_checks` = 0', 'SET foreign_key_checks'],
      ['/*!40014 SET @OLD=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */', 'SET unique_checks'],
      ['SET @a = IF(1, 2, 3), time_zone = "+00:00"', 'SET time_zone'],
      ['SET NAMES utf8', 'SET NAMES'],
      ["SET CHARACTER SET 'utf8'", 'SET CHARACTER SET'],
      ['SET ROLE a', 'SET ROLE'],
    ]
    for (const [sql, name] of settings) {
      for (const mode of ['transaction', 'none'] as const) {
        expect(refused(sql, mode).message).toContain(`${name}, would outlast the migration`)
      }
    }
    expect(refused('SET foreign_key_checks = 0').hint).toContain('Drop the foreign keys')
    for (const sql of ['SET GLOBAL max_connections = 1', 'SET PERSIST a = 1', 'SET @@global.a = 1']) {
      expect(refused(sql).message).toContain('would change the whole server')
    }
    for (const sql of ['SET TRANSACTION READ ONLY', 'SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE']) {
      expect(refused(sql).message).toContain('would change the transactions')
    }
  })

  it('another database, files of the client, the commands of its shell, and the end of the lock of the run', () => {
    expect(refused('USE other').hint).toContain('its own entry in the manifest')
    expect(refused("LOAD DATA LOW_PRIORITY LOCAL INFILE 'a' INTO TABLE b").hint).toContain('INSERT INTO')
    expect(refused('source b.sql').message).toContain('a command of the engine')
    for (const sql of ['SELECT RELEASE_ALL_LOCKS()', 'DO release_all_locks()']) {
      expect(refused(sql).message).toContain('would give up the lock')
    }
  })
})

describe('MySQL accepts', () => {
  it.each([
    'SET @a := 1, @`b` = (SELECT 1, 2)',
    "SET PASSWORD FOR a = ''",
    'SET DEFAULT ROLE a TO b',
    'SET STATEMENT foreign_key_checks = 0 FOR DROP TABLE a',
    'BEGIN NOT ATOMIC SELECT 1; END',
    'CREATE PROCEDURE p() BEGIN START TRANSACTION; SET sql_mode = ""; COMMIT; END',
    "LOAD DATA INFILE '/srv/local' INTO TABLE b",
    'START REPLICA',
    'FLUSH PRIVILEGES',
    'CREATE TABLE a (commit int)',
    '/*!40000 ALTER TABLE a DISABLE KEYS */',
  ])('%s', (sql) => {
    expect(check(sql)).toHaveLength(1)
    expect(check(sql, 'none')).toHaveLength(1)
  })

  it('and knows the first keyword behind the border of a versioned comment', () => {
    expect(check('/*!40000 ALTER TABLE a DISABLE KEYS */').map(({ verb }) => verb)).toEqual(['ALTER'])
  })
})

describe('the facts of a script for MySQL', () => {
  it('hold the names of strings that may be run, but nothing of DELIMITER lines', () => {
    const sql =
      "DELIMITER //\nPREPARE s FROM 'DROP TABLE Users'//\nDELIMITER ;\nRENAME TABLE `Big ``T``` TO 1st;"
    const { names, keywords } = scriptFacts(toScript(sql, { dialect: mysqlDialect }), mysqlDialect)
    for (const name of ['users', 'big `t`', '1st', 's']) expect(names).toContain(name)
    expect(names).not.toContain('delimiter')
    expect([...keywords].sort()).toEqual(['DROP', 'RENAME', 'TABLE'])
  })
})
