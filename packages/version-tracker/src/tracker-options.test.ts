import { describe, expect, it } from 'vitest'
import { sqlVersionTracker } from './sql-version-tracker.ts'

describe('the options of sqlVersionTracker', () => {
  it('are not needed', () => {
    expect(sqlVersionTracker().tables).toEqual([
      'schema_migrations',
      'schema_migrations_history',
      'schema_migrations_stamp',
    ])
    const undefinedOptions = { table: undefined, dialect: undefined }
    expect(sqlVersionTracker(undefinedOptions).tables).toEqual(sqlVersionTracker().tables)
  })

  it('rename all tables', () => {
    expect(sqlVersionTracker({ table: 'mine' }).tables).toEqual(['mine', 'mine_history', 'mine_stamp'])
  })

  it.each([
    ['a misspelt option', { tabel: 'mine' }, 'Did you mean "table"?'],
    ['an option that does not exist', { colour: 'red' }, 'table, dialect'],
    ['an empty name', { table: '' }, 'Leave "table" out'],
    ['a name of white space', { table: ' \t' }, 'Leave "table" out'],
    ['a name with a NUL', { table: 'a\0b' }, 'Take the character out'],
    ['a name that is a number', { table: 5 }, 'as a text'],
    ['a name that SQLite keeps for itself', { table: 'SQLite_mine' }, 'Choose another'],
    ['a dialect that does not exist', { dialect: 'oracle' }, 'sqlite'],
    ['a dialect that every object has', { dialect: 'toString' }, 'sqlite'],
    ['a schema where the engine has none', { schema: 'ops' }, 'Leave "schema" out'],
    ['a schema without a name', { dialect: 'postgres', schema: '' }, 'as a name'],
    [
      'a name that PostgreSQL would cut off',
      { dialect: 'postgres', table: 'é'.repeat(28) },
      'Choose another',
    ],
    [
      'a schema of MySQL, which has none',
      { dialect: 'mysql', schema: 'ops' },
      'name the database in the URL',
    ],
    ['a name that is too long for MySQL', { dialect: 'mysql', table: 'x'.repeat(57) }, 'Choose another'],
    ['a name that MySQL has not', { dialect: 'mysql', table: 'mine ' }, 'Choose another'],
    ['something that is no object', 'mine', 'sqlVersionTracker({ table'],
  ])('refuse %s before anything is opened', (_, options, hint) => {
    expect(() => sqlVersionTracker(options as object)).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining(hint) }),
    )
  })
})
