import { describe, expect, it } from 'vitest'
import { scriptFacts } from './script-facts.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { toScript } from './to-script.ts'

const facts = (sql: string) => scriptFacts(toScript(sql, { dialect: sqliteDialect }), sqliteDialect)

describe('the facts of a script', () => {
  it('name everything that could be an identifier, in lower case and without quotation marks', () => {
    const { names } = facts('UPDATE Users SET "a ""b" = \'Roles\' WHERE [x y] = `Z` AND größe = 1')
    for (const name of ['users', 'a "b', 'roles', 'x y', 'z', 'größe', 'update'])
      expect(names).toContain(name)
    expect(names).not.toContain('1')
  })

  it('do not name what stands in comments', () => {
    expect(facts('DROP TABLE a -- sessions\n/* tokens */').names).toEqual(new Set(['drop', 'table', 'a']))
  })

  it('hold the keywords that decide what is checked afterwards, in upper case', () => {
    const { keywords } = facts('create table a (b references c on delete cascade); Drop Trigger t; select 1')
    expect([...keywords].sort()).toEqual([
      'CASCADE',
      'CREATE',
      'DELETE',
      'DROP',
      'REFERENCES',
      'TABLE',
      'TRIGGER',
    ])
  })

  it('take a keyword from a string, a quoted name or a comment, too: a word too many only costs a check', () => {
    expect(facts('SELECT \'DROP\', "DELETE" -- ALTER').keywords).toEqual(new Set(['DROP', 'DELETE', 'ALTER']))
  })

  it('take no keyword from the middle of a longer word', () => {
    expect(facts('SELECT dropped, undelete FROM alterations').keywords).toEqual(new Set())
  })
})
