import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import { MigrateError } from '../migrate-error.ts'
import { tokenChecksum } from '../sql/checksum.ts'
import { sqliteDialect } from '../sql/sqlite-dialect.ts'
import type { NamedMigration } from './assemble-migration.ts'
import { parseSingleFile } from './parse-single-file.ts'

const named: NamedMigration = {
  id: '003_add_roles',
  version: '3',
  name: 'add_roles',
  fingerprint: 'f00d',
  file: 'm/003_add_roles.sql',
}
const UP = '-- === UP MIGRATION ==='
const DOWN = '-- === DOWN MIGRATION ==='

const parse = (text: string) => parseSingleFile(text, named, sqliteDialect)
const refused = (text: string) => thrown(() => parse(text))

const example = `-- Migration: 003_add_roles
-- Description: Give every user a role
-- Author: Data team
-- Date: 2026-11-20
-- Depends-On: 001_create_users, ontology:002_namespaces, ?004_optional
-- Environments: development, staging
-- Foreign-Keys: on
-- Expect-Loss: sessions

-- === UP MIGRATION ===
ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'user';
UPDATE users SET role = 'admin' WHERE id = 1;

-- === DOWN MIGRATION ===
ALTER TABLE users DROP COLUMN role;
`

describe('a migration file', () => {
  it('holds its metadata, both directions and a checksum of each', () => {
    const { migration, up, down, warnings } = parse(example)
    expect(migration).toEqual({
      ...{
        id: '003_add_roles',
        version: '3',
        name: 'add_roles',
        fingerprint: 'f00d',
        file: 'm/003_add_roles.sql',
      },
      ...{ description: 'Give every user a role', author: 'Data team', date: '2026-11-20' },
      dependsOn: [
        { database: undefined, target: '001_create_users', optional: false },
        { database: 'ontology', target: '002_namespaces', optional: false },
        { database: undefined, target: '004_optional', optional: true },
      ],
      ...{ environments: ['development', 'staging'], transactional: true, foreignKeys: true },
      expectLoss: ['sessions'],
      checksum: tokenChecksum(up.sql, sqliteDialect),
      downChecksum: tokenChecksum(down?.sql ?? '', sqliteDialect),
      ...{ reversible: true, empty: false },
    })
    expect(warnings).toEqual([])
  })

  it('gives statements with the lines of the file and offsets into their part', () => {
    const { up, down } = parse(example)
    expect(up.statements.map(({ line, verb }) => [line, verb])).toEqual([
      [11, 'ALTER'],
      [12, 'UPDATE'],
    ])
    expect(down?.statements).toEqual([{ start: 0, end: 34, line: 15, verb: 'ALTER' }])
    expect(down?.sql.slice(0, 34)).toBe('ALTER TABLE users DROP COLUMN role')
  })

  it('says the same with CRLF, a byte-order mark and no line feed at the end', () => {
    const changed = parse(`\uFEFF${example.replaceAll('\n', '\r\n').trimEnd()}`)
    const { migration, up } = parse(example)
    expect(changed.migration).toEqual(migration)
    expect(changed.up.statements.map(({ line }) => line)).toEqual(up.statements.map(({ line }) => line))
  })

  it('has checksums that its header, its markers and comments do not change', () => {
    const { checksum, downChecksum } = parse(example).migration
    const changed = example
      .replace('every user', 'each user')
      .replace(/-- Date.*\n/, '')
      .replace(UP, '-- ===== up migration =====\n-- here it begins')
    expect(parse(changed).migration).toMatchObject({ checksum, downChecksum })
  })

  it('has a checksum of its up that its down does not change', () => {
    const { checksum, downChecksum } = parse(example).migration
    const { migration } = parse(example.replace('DROP COLUMN role', 'DROP COLUMN "role"'))
    expect(migration.checksum).toBe(checksum)
    expect(migration.downChecksum).not.toBe(downChecksum)
  })

  it('with an empty or comment-only up is empty and still a migration', () => {
    for (const up of ['', '-- nothing to do\n', '/* nothing */ ;\n']) {
      const parsed = parse(`${UP}\n${up}${DOWN}\nSELECT 1;\n`)
      expect(parsed.migration).toMatchObject({ empty: true, reversible: true })
      expect(parsed.up.statements).toEqual([])
    }
  })

  it('with an empty or comment-only down cannot be taken back', () => {
    for (const down of ['', '\n', '-- it stays\n', ';']) {
      const parsed = parse(`${UP}\nSELECT 1;\n${DOWN}\n${down}`)
      expect(parsed.down).toBeUndefined()
      expect(parsed.migration).toMatchObject({ reversible: false, downChecksum: null })
    }
    expect(parse(`${UP}\n${DOWN}`).migration.reversible).toBe(false)
  })

  it('whose header says irreversible cannot be taken back, and a down that never runs is worth a warning', () => {
    const irreversible = `-- Irreversible: hashes are lost\n${UP}\nSELECT 1;\n${DOWN}\n`
    expect(parse(irreversible).warnings).toEqual([])
    const { migration, down, warnings } = parse(`${irreversible}SELECT 2;`)
    expect(migration).toMatchObject({
      reversible: false,
      downChecksum: null,
      irreversible: 'hashes are lost',
    })
    expect(down).toBeUndefined()
    expect(warnings).toHaveLength(1)
  })

  it('keeps the statement in front of the DOWN marker although it has no semicolon', () => {
    expect(parse(`${UP}\nSELECT 1\n${DOWN}\nSELECT 2`).up.statements).toHaveLength(1)
  })

  it('may hold anything in front of the header but SQL', () => {
    const { migration } = parse(`/* Licence: MIT */\n\n-- some prose: here\n-- Author: me\n${UP}\n${DOWN}\n`)
    expect(migration.author).toBe('me')
  })

  it('is checked by the rules of the mode in its header, in both directions', () => {
    expect(refused(`${UP}\nVACUUM;\n${DOWN}\n`).code).toBe('MIGRATION_FORBIDDEN')
    const down = refused(`${UP}\nSELECT 1;\n${DOWN}\nSELECT 1;\nCOMMIT;\n`)
    expect(down.message).toContain('statement 2 of the down part, COMMIT')
    expect(down.details).toMatchObject({ line: 5, statement: 2, part: 'down' })
    const { migration } = parse(`-- Transaction: none\n${UP}\nVACUUM;\n${DOWN}\n`)
    expect(migration.transactional).toBe(false)
  })
})

describe('markers', () => {
  it('may be written in any letter case, with more signs and with spaces around', () => {
    for (const [up, down] of [
      ['-- === up migration ===', '--=== Down  Migration ===  '],
      ['  -- ====== UP MIGRATION ======', '\t-- === DOWN MIGRATION ===='],
    ]) {
      expect(parse(`${up}\nSELECT 1;\n${down}\nSELECT 2;`).migration.reversible).toBe(true)
    }
  })

  it('are both required', () => {
    const both = refused('-- only a comment\n')
    expect(both.code).toBe('MIGRATION_MARKER')
    expect(both.message).toBe('m/003_add_roles.sql has neither an UP nor a DOWN marker')
    expect(both.hint).toContain('"layout"')
    expect(refused('SELECT 1;').code).toBe('MIGRATION_MARKER')
    expect(refused('').code).toBe('MIGRATION_MARKER')
    expect(refused(`${UP}\nSELECT 1;`).message).toBe('m/003_add_roles.sql has no DOWN marker')
    expect(refused(`${DOWN}\nSELECT 1;`).message).toBe('m/003_add_roles.sql has no UP marker')
  })

  it('stand once each', () => {
    const up = refused(`${UP}\nSELECT 1;\n${UP}\n${DOWN}\n`)
    expect(up.message).toBe('m/003_add_roles.sql, line 3: a second UP marker; line 1 has the first')
    const down = refused(`${UP}\n${DOWN}\n${DOWN}\n`)
    expect(down.message).toBe('m/003_add_roles.sql, line 3: a second DOWN marker; line 2 has the first')
    expect(refused(`${UP}\n${DOWN}\n${UP}\n`).message).toContain('a second UP marker; line 1')
  })

  it('stand in the order up, down', () => {
    const error = refused(`${DOWN}\nSELECT 1;\n${UP}\nSELECT 2;\n`)
    expect(error.code).toBe('MIGRATION_MARKER')
    expect(error.message).toContain('line 1: the DOWN marker stands above the UP marker of line 3')
  })

  it('do not count inside a string or a block comment, and the message says where they are', () => {
    const inString = refused(`${UP}\nINSERT INTO t VALUES ('\n${DOWN}\n');\n`)
    expect(inString.message).toBe(
      'm/003_add_roles.sql, line 3: the DOWN marker stands inside a string or a block comment, where it does not count',
    )
    expect(refused(`/*\n${UP}\n*/\n${DOWN}\n`).details).toMatchObject({ line: 2 })
    const { up } = parse(`${UP}\nINSERT INTO t VALUES ('\n${DOWN}\n');\n/*\n${UP}\n*/\n${DOWN}\n`)
    expect(up.statements).toHaveLength(1)
  })

  it('have no SQL above them', () => {
    const error = refused(`-- a\nSELECT 1;\n${UP}\n${DOWN}\n`)
    expect(error.message).toBe(
      'm/003_add_roles.sql, line 2: SQL stands above the first marker, where it belongs to neither direction',
    )
  })

  it('stand alone on their line', () => {
    const error = refused(`${UP}\nSELECT 1; ${DOWN}\n`)
    expect(error.message).toContain('line 2: the DOWN marker shares its line with something else')
  })

  const nearly = [
    '-- === UP MIGRATON ===',
    '--- UP MIGRATION',
    '-- UP MIGRATION',
    '-- == UP MIGRATION ==',
    '-- === UP MIGRATION',
    '-- ===UP===',
    '-- === MIGRATION UP ===',
    '-- === UP MIGRATION === (roles)',
    '-- +goose Up',
    '-- migrate:up',
  ]
  it.each(nearly)('that are nearly right are shown as they should be: %s', (line) => {
    const error = refused(`-- a\n${line}\nSELECT 1;\n${DOWN}\n`)
    expect(error.code).toBe('MIGRATION_MARKER')
    expect(error.hint).toContain(`Write "${UP}"`)
    expect(error.details).toMatchObject({ line: 2 })
  })

  it('are not mistaken for remarks about up and down', () => {
    const remarks = [
      '-- down migrates roles',
      '-- Down: migration',
      '-- back up the table',
      '-- down',
      '-- up to here',
      '-- == Roles ==',
      '-- ---- backup ----',
    ]
    expect(parse(`${UP}\n${remarks.join('\n')}\n${DOWN}\n`).warnings).toEqual([])
  })
})

describe('the header', () => {
  const header = (lines: string) => `${lines}\n${UP}\n${DOWN}\n`

  it('reads its keys in any letter case, with - or _, and without values as if they were not there', () => {
    const { migration } = parse(
      header('-- DEPENDS-ON: 1\n--author:me\n-- expect_loss : a, "b c"\n-- Date:\n'),
    )
    expect(migration).toMatchObject({ author: 'me', expectLoss: ['a', 'b c'], dependsOn: [{ target: '1' }] })
    expect(migration.date).toBeUndefined()
  })

  it('reads dependencies on other databases and optional ones', () => {
    const { dependsOn } = parse(header('-- Depends-On: ?ontology:002, 1\n-- Depends-On: 2')).migration
    expect(dependsOn).toEqual([
      { database: 'ontology', target: '002', optional: true },
      { database: undefined, target: '1', optional: false },
      { database: undefined, target: '2', optional: false },
    ])
  })

  it('refuses a dependency that names nothing', () => {
    for (const entry of ['a b', 'x:y:z', '?', 'ontology:', 'ontology:?2', 'a/b']) {
      const error = refused(header(`-- Depends-On: 1, ${entry}`))
      expect(error.code).toBe('MIGRATION_HEADER')
      expect(error.message).toContain(`"${entry}"`)
    }
  })

  it('refuses a Migration that is not the name of the file', () => {
    const error = refused(header('\n-- Migration: 003_roles'))
    expect(error.code).toBe('MIGRATION_HEADER')
    expect(error.message).toBe(
      'm/003_add_roles.sql, line 2: the header says Migration: 003_roles, but the file makes this migration 003_add_roles',
    )
  })

  it('refuses other values than none for Transaction, and on and off for Foreign-Keys', () => {
    for (const line of [
      'Transaction: on',
      'Transaction:',
      'Foreign-Keys: yes',
      'Foreign-Keys:',
      'Irreversible:',
    ]) {
      expect(refused(header(`-- ${line}`)).code).toBe('MIGRATION_HEADER')
    }
    expect(parse(header('-- Foreign-Keys: OFF\n-- Transaction: NONE')).migration).toMatchObject({
      foreignKeys: false,
      transactional: false,
    })
  })

  it('refuses a key that is given twice, and names both lines', () => {
    const error = refused(header('-- Author: a\n-- Date: b\n-- Author: c'))
    expect(error.message).toBe(
      'm/003_add_roles.sql, line 3: Author is given a second time; line 1 has it already',
    )
  })

  it('warns of an unknown key with its line and the nearest known one', () => {
    const { warnings } = parse(header('\n-- Transacton: none\n-- Reviewed-By: me\n-- depend-on: 1'))
    expect(warnings.map(({ line, hint }) => [line, hint])).toEqual([
      [2, 'Did you mean Transaction? If it is a remark, write it without the colon'],
      [3, 'If it is a remark, write it without the colon'],
      [4, 'Did you mean Depends-On? If it is a remark, write it without the colon'],
    ])
  })

  it('leaves prose, addresses and times alone', () => {
    const prose = [
      '-- see https://example.org: there',
      '-- Https://example.org',
      '-- at 10:30',
      '-- one thing: two',
      '-- a: b',
    ]
    expect(parse(header(prose.join('\n'))).warnings).toEqual([])
  })

  it('warns of a key that stands too low to have an effect', () => {
    const { warnings, migration } = parse(`${UP}\n-- Transaction: none\n-- Author: me\nSELECT 1;\n${DOWN}\n`)
    expect(migration.transactional).toBe(true)
    expect(warnings.map(({ line, message }) => [line, message])).toEqual([
      [2, '"Transaction" stands below the header, so the line has no effect'],
    ])
  })

  it('warns of an engine that nobody knows', () => {
    const { warnings, migration } = parse(header('-- Engine: sqllite'))
    expect(migration.engine).toBe('sqllite')
    expect(warnings[0]?.hint).toBe('Did you mean sqlite?')
    expect(parse(header('-- Engine: SQLite3')).migration.engine).toBe('sqlite')
  })
})

describe('a migration for another engine', () => {
  it('is read without a look at its SQL, which this engine could not read', () => {
    const up = "CREATE FUNCTION f() RETURNS int AS $$ SELECT 'it' $$;\nBEGIN;\n"
    const { migration, up: script } = parse(`-- Engine: postgres\n${UP}\n${up}${DOWN}\nDROP FUNCTION f;`)
    expect(migration).toMatchObject({ engine: 'postgres', empty: false, reversible: true })
    expect(migration.checksum).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(script).toMatchObject({ sql: up, statements: [] })
  })

  it('still needs both markers', () => {
    expect(refused(`-- Engine: postgres\n${UP}\nSELECT 1;`).code).toBe('MIGRATION_MARKER')
  })
})

describe('for any text, the parser', () => {
  it('reads it or refuses it with a MigrateError that has a hint', () => {
    const line = fc.oneof(
      fc.constantFrom(
        UP,
        DOWN,
        '-- === UP ===',
        '/*',
        '*/',
        "'",
        'SELECT 1;',
        'COMMIT;',
        '-- Transaction: none',
        '',
      ),
      fc.constantFrom(
        '-- Depends-On: ,?',
        '-- Engine: mysql',
        '-- Irreversible: x',
        'CREATE TRIGGER t',
        'END;',
        '\r',
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        try {
          const { migration } = parse(lines.join('\n'))
          expect(migration.reversible).toBe(migration.downChecksum !== null)
        } catch (error) {
          expect(MigrateError.is(error) && error.hint !== '').toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('keeps comments that speak to the tool apart: no warning, no header line, no other checksum', () => {
    const up = 'CREATE TABLE a (id INTEGER PRIMARY KEY);'
    const plain = parse(`${UP}\n${up}\n${DOWN}\n`)
    const { migration, warnings, remarks } = parse(
      `-- whimbrel-lint-ignore NO_DOWN: see Author: nobody\n--Whimbrel-Note: x\n${UP}\n-- whimbrel-a b  \n${up}\n${DOWN}\n-- WHIMBREL-b\n`,
    )
    expect(migration).toEqual(plain.migration)
    expect(warnings).toEqual([])
    expect(remarks).toEqual([
      { text: 'whimbrel-lint-ignore NO_DOWN: see Author: nobody', line: 1, part: 'header' },
      { text: 'Whimbrel-Note: x', line: 2, part: 'header' },
      { text: 'whimbrel-a b', line: 4, part: 'up' },
      { text: 'WHIMBREL-b', line: 7, part: 'down' },
    ])
  })
})
