import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import { sqliteDialect } from '../sql/sqlite-dialect.ts'
import type { NamedMigration } from './assemble-migration.ts'
import { parseParts } from './parse-parts.ts'
import { parseSingleFile } from './parse-single-file.ts'

const named: NamedMigration = { id: '003_a', version: '3', name: 'a', fingerprint: 'f00d', file: '003_a.sql' }

function parse(up: string, down?: string, metadata?: string) {
  const text = (content: string | undefined, file: string) =>
    content === undefined ? undefined : { text: content, file }
  return parseParts(
    {
      up: { text: up, file: '003_a.sql' },
      down: text(down, '003_a_down.sql'),
      metadata: text(metadata, 'metadata.toml'),
    },
    named,
    sqliteDialect,
  )
}

describe('a migration with a text per direction', () => {
  it('reads like a single file with the same SQL', () => {
    const [up, down] = ['CREATE TABLE a (b);\n', 'DROP TABLE a;\n']
    const single = parseSingleFile(
      `-- === UP MIGRATION ===\n${up}-- === DOWN MIGRATION ===\n${down}`,
      named,
      sqliteDialect,
    )
    expect(parse(up, down).migration).toEqual(single.migration)
  })

  it('cannot be taken back without a down, or with an empty one', () => {
    expect(parse('SELECT 1').migration).toMatchObject({ reversible: false, downChecksum: null })
    expect(parse('SELECT 1', '-- nothing').migration.reversible).toBe(false)
    expect(parse('').migration.empty).toBe(true)
  })

  it('names the file of each direction in its scripts and errors', () => {
    const { up, down } = parse('SELECT 1', 'SELECT 2')
    expect([up.file, down?.file]).toEqual(['003_a.sql', '003_a_down.sql'])
    expect(thrown(() => parse('SELECT 1', '\nCOMMIT')).details).toMatchObject({
      file: '003_a_down.sql',
      line: 2,
    })
  })

  it('takes its metadata from the comments above the first statement', () => {
    const { migration, warnings } = parse('-- Author: me\n-- Transaction: none\nVACUUM;')
    expect(migration).toMatchObject({ author: 'me', transactional: false })
    expect(warnings).toEqual([])
  })

  it('takes its metadata from a metadata file alike', () => {
    const { migration } = parse(
      'VACUUM;',
      undefined,
      'author = "me"\ntransaction = "none"\ndepends_on = ["1", "?2"]\n',
    )
    expect(migration).toMatchObject({ author: 'me', transactional: false })
    expect(migration.dependsOn.map(({ target, optional }) => [target, optional])).toEqual([
      ['1', false],
      ['2', true],
    ])
  })

  it('refuses one key in both places', () => {
    const error = thrown(() => parse('-- Author: you\nSELECT 1', undefined, '# who\nauthor = "me"'))
    expect(error.code).toBe('MIGRATION_HEADER')
    expect(error.message).toContain('metadata.toml, line 2, has it already')
  })

  it('warns of a key below the first statement, and of one in the down', () => {
    const { warnings } = parse('SELECT 1;\n-- Transaction: none\n', '-- Foreign-Keys: on\nSELECT 1;')
    expect(warnings.map(({ line }) => line)).toEqual([2, 1])
  })

  it('refuses a file with markers, because it belongs to the other layout', () => {
    const error = thrown(() => parse('-- === UP MIGRATION ===\nSELECT 1;\n-- === DOWN MIGRATION ==='))
    expect(error.code).toBe('MIGRATION_LAYOUT')
    expect(error.hint).toContain('"single-file"')
    expect(error.details).toMatchObject({ file: '003_a.sql', line: 1 })
  })

  it('is not looked into when it is for another engine', () => {
    const { migration, up } = parse('-- Engine: postgres\nDO $$ BEGIN COMMIT; END $$;', 'SELECT 1')
    expect(migration.engine).toBe('postgres')
    expect(up.statements).toEqual([])
  })

  it('keeps comments that speak to the tool apart, and knows those above its SQL', () => {
    const up = '-- Whimbrel-Note: x\n-- whimbrel-a\nSELECT 1;\n-- whimbrel-b'
    const { warnings, remarks } = parse(up, '-- whimbrel-c\nSELECT 1;')
    expect(warnings).toEqual([])
    expect(remarks.map(({ text, line, part }) => `${text} ${line} ${part}`)).toEqual([
      'Whimbrel-Note: x 1 header',
      'whimbrel-a 2 header',
      'whimbrel-b 4 up',
      'whimbrel-c 1 down',
    ])
  })
})
