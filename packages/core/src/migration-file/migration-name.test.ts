import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import { parseMigrationName } from './migration-name.ts'

const refused = (id: string, style: 'digits' | 'stamp' = 'digits') =>
  thrown(() => parseMigrationName(id, { style, file: `${id}.sql`, ending: '.sql' }))

describe('the name of a migration', () => {
  it('is its version and its words', () => {
    expect(parseMigrationName('007_add_index')).toEqual({
      id: '007_add_index',
      version: '7',
      name: 'add_index',
    })
    expect(parseMigrationName('1764673549_C')).toMatchObject({ version: '1764673549', name: 'C' })
  })

  it('may have a version of up to 18 digits', () => {
    expect(parseMigrationName('999999999999999999_a').version).toBe('999999999999999999')
    expect(parseMigrationName('000000000000000001_a').version).toBe('1')
    expect(refused('1000000000000000000_a').message).toContain('its version has 19 digits')
  })

  it('may begin with a time stamp in the layout of directories', () => {
    expect(parseMigrationName('2024-01-15-120000_add_users', { style: 'stamp' })).toEqual({
      id: '2024-01-15-120000_add_users',
      version: '20240115120000',
      name: 'add_users',
    })
    expect(parseMigrationName('20240115_a', { style: 'stamp' }).version).toBe('20240115')
    expect(refused('2024-01-15_a').hint).toContain('Rename it to')
  })

  it('has a version above 0', () => {
    const error = refused('000_init')
    expect(error.code).toBe('MIGRATION_NAME')
    expect(error.message).toBe('000_init.sql is not a name for a migration: its version is 0')
    expect(error.hint).toContain('version 1')
  })

  it('is suggested where one can be made of what was written', () => {
    const suggestions = {
      '003-add-roles': '003_add_roles.sql',
      '003_add roles': '003_add_roles.sql',
      "003_it's": '003_it_s.sql',
      '003 add roles (copy)': '003_add_roles_copy.sql',
      '003add': '003_add.sql',
      V3__add_roles: '3_add_roles.sql',
      '3.add': '3_add.sql',
      '003_größe': '003_gro_e.sql',
    }
    for (const [written, suggested] of Object.entries(suggestions)) {
      expect(refused(written).hint).toBe(`Rename it to ${suggested}`)
    }
    expect(refused('2024-01-15_add-roles', 'stamp').hint).toBe('Rename it to 2024-01-15_add_roles.sql')
  })

  it('is shown by example where nothing can be made of it', () => {
    expect(refused('add_roles').message).toContain('does not begin with its version')
    expect(refused('add_roles').hint).toBe('Rename it to something like 001_what_it_does.sql')
    expect(refused('003').message).toContain('a version and no name')
    expect(refused('003_').message).toContain('a version and no name')
  })

  it('that is suggested is always accepted', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.constantFrom('3', 'v12', '007-', '9_'),
        (text, start) => {
          const id = start + text
          try {
            parseMigrationName(id)
          } catch {
            const suggested = /^Rename it to (\S+)\.sql$/.exec(refused(id).hint)?.[1]
            if (suggested !== undefined && !/^0+_/.test(suggested)) parseMigrationName(suggested)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
