import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import { readHeader } from './header.ts'
import { metadataItems } from './metadata-toml.ts'

const items = (text: string) => metadataItems({ text, origin: { file: 'metadata.toml', migration: '1_a' } })
const values = (text: string) => Object.fromEntries(items(text).map(({ key, value }) => [key, value]))
const header = (text: string) => readHeader(items(text), { id: '1_a', engine: 'sqlite' })
const refused = (text: string) => thrown(() => header(text))

describe('a metadata file', () => {
  it('holds strings, flags and lists of strings, and comments', () => {
    const text = [
      '# a comment',
      'description = "says \\"hi\\" # not a comment" # a comment',
      "author = 'a \\ b'",
      'irreversible = true',
      'foreign-keys = false # off',
      'environments = ["a", \'b\' , "c"]',
      'expect_loss = []',
      '',
    ]
    expect(values(text.join('\r\n'))).toEqual({
      description: 'says "hi" # not a comment',
      author: 'a \\ b',
      irreversible: true,
      'foreign-keys': false,
      environments: ['a', 'b', 'c'],
      expect_loss: [],
    })
  })

  it('is honoured like header comments', () => {
    const { metadata } = header(
      'migration = "1_a"\nforeign_keys = true\nirreversible = "gone"\ndepends-on = "1, ?ontology:2"\nEngine = "sqlite"\n',
    )
    expect(metadata).toMatchObject({ foreignKeys: true, irreversible: 'gone', engine: 'sqlite' })
    expect(metadata.dependsOn).toHaveLength(2)
    expect(header('irreversible = false').metadata.irreversible).toBeUndefined()
  })

  it('warns of an unknown key with its line', () => {
    expect(header('\nauthr = "me"\nfoo = true').warnings).toMatchObject([
      { line: 2, hint: expect.stringContaining('Author') },
      { line: 3 },
    ])
  })

  it('understands run_in_transaction, which other tools write', () => {
    expect(header('run_in_transaction = false').metadata.transactional).toBe(false)
    expect(header('run_in_transaction = true').metadata.transactional).toBe(true)
    expect(refused('run_in_transaction = "no"').code).toBe('MIGRATION_HEADER')
  })

  const odd = [
    '[section]',
    'author',
    'author =',
    'author = me',
    'author = "me',
    'author = "me" you',
    'author = "\\x"',
    'date = 2026-11-20',
    'environments = ["a", "b"',
    'environments = ["a" "b"]',
    'environments = [1]',
    'author = """me"""',
    'author = true',
    'author = ["me"]',
    'environments = true',
    'transaction = false',
    'irreversible = []',
  ]
  it.each(odd)('refuses anything else, with its line: %s', (line) => {
    const error = refused(`# first\n${line}\n`)
    expect(error.code).toBe('MIGRATION_HEADER')
    expect(error.details).toMatchObject({ file: 'metadata.toml', line: 2 })
  })
})
