import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import { checkStatements } from './check-statements.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

const rules = { dialect: sqliteDialect, protectedTables: ['schema_migrations'] } as const
const check = (sql: string, mode: 'transaction' | 'none' = 'transaction') =>
  checkStatements(sql, { ...rules, mode })

/** What may stand in front of a statement without being one. */
const nothing = fc
  .array(fc.constantFrom(' ', '\n', '\t', ';', '-- a note\n', '/* COMMIT */', "SELECT ';';", "/* ' */"))
  .map((parts) => parts.join(''))
/** A word in any mixture of cases. */
const cased = (word: string) =>
  fc
    .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
    .map((upper) => [...word].map((letter, at) => (upper[at] ? letter : letter.toLowerCase())).join(''))

describe('checkStatements', () => {
  it('finds what ends a transaction wherever it stands, however it is written', () => {
    const verbs = fc.constantFrom('BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'ATTACH')
    const modes = fc.constantFrom('transaction' as const, 'none' as const)
    fc.assert(
      fc.property(nothing, verbs.chain(cased), modes, (before, verb, mode) => {
        expect(thrown(() => check(`${before}${verb} x`, mode)).code).toBe('MIGRATION_FORBIDDEN')
      }),
    )
  })

  it('finds a change of the tracking tables, with values in it', () => {
    const writes = ['UPDATE schema_migrations SET id = ?', 'DELETE FROM "schema_migrations" WHERE id = $id']
    for (const sql of writes) expect(thrown(() => check(sql)).code).toBe('MIGRATION_FORBIDDEN')
    check('SELECT * FROM schema_migrations WHERE id = ?')
  })

  it.each(['?', '?1', ':name', '@name', '$name'])('lets the parameter %s through', (parameter) => {
    const { verb, facts } = check(`insert INTO users (name) VALUES (${parameter})`)
    expect(verb).toBe('INSERT')
    expect(facts.names.has('users')).toBe(true)
  })

  it('allows outside a transaction what may stand there only', () => {
    expect(thrown(() => check('VACUUM')).code).toBe('MIGRATION_FORBIDDEN')
    check('VACUUM', 'none')
  })
})
