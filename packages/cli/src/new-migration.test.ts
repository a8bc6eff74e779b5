import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { migrationName, type NewMigration, newMigration } from './new-migration.ts'

const now = new Date('2026-11-20T23:30:05.999Z')
const wanted: NewMigration = {
  name: 'add_roles',
  title: ' Add  roles ',
  layout: 'single-file',
  timestamp: false,
  entries: [],
  now,
}
const entry = (id: string) => ({ id, version: id.replace(/^0+|_.*$/g, '') })

describe('migrationName', () => {
  it.each([
    ['add user roles', 'add_user_roles'],
    ['  Add "User"-Roles!  ', 'add_user_roles'],
    ['Größe ändern', 'gro_e_andern'],
    ['add_index', 'add_index'],
    ['2FA', '2fa'],
  ])('makes %s into %s', (title, name) => {
    expect(migrationName(title)).toBe(name)
  })

  it('makes a name that fits of whatever it takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (title) => {
        try {
          expect(migrationName(title)).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/)
        } catch (error) {
          expect(error).toMatchObject({ code: 'USAGE' })
        }
      }),
    )
  })

  it.each([
    ['', /^A migration cannot be named from ""$/],
    ['!?', /^A migration cannot be named from "!\?"$/],
    ['名前', /cannot be named from/],
    ['../evil', /^"\.\.\/evil" is a path, and a name is needed$/],
    ['a\\b', /is a path/],
    ['a\0b', /is a path/],
    ['x'.repeat(201), /^The name has 201 characters, and 200 is the most$/],
  ])('refuses %j', (title, message) => {
    expect(() => migrationName(title)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
    )
  })
})

describe('newMigration', () => {
  it.each([
    [[], '001_add_roles'],
    [['001_a', '002_b'], '003_add_roles'],
    [['009_a'], '010_add_roles'],
    [['099_a'], '100_add_roles'],
    [['999_a'], '1000_add_roles'],
    [['0007_a'], '0008_add_roles'],
    [['7_a'], '8_add_roles'],
    [['20240115120000_a'], '20240115120001_add_roles'],
  ])('numbers on from %j with %s', (ids, id) => {
    expect(newMigration({ ...wanted, entries: ids.map(entry) }).id).toBe(id)
  })

  it('refuses a number of 19 digits', () => {
    const entries = [entry(`${'9'.repeat(18)}_a`)]
    expect(() => newMigration({ ...wanted, entries })).toThrow(
      expect.objectContaining({ code: 'MIGRATION_NAME', hint: expect.stringContaining('--timestamp') }),
    )
  })

  it('takes the UTC time, or the next second that is free', () => {
    const stamped = { ...wanted, timestamp: true }
    expect(newMigration(stamped).id).toBe('20261120233005_add_roles')
    const entries = ['20261120233005_a', '20261120233006_b'].map(entry)
    expect(newMigration({ ...stamped, entries }).id).toBe('20261120233007_add_roles')
  })

  it('writes one file with both sections and the UTC date', () => {
    expect(newMigration(wanted).files).toEqual([
      {
        path: '001_add_roles.sql',
        text: `-- Migration: 001_add_roles
-- Description: Add roles
-- Date: 2026-11-20

-- === UP MIGRATION ===


-- === DOWN MIGRATION ===

`,
      },
    ])
  })

  it.each([
    ['paired' as const, ['001_add_roles.sql', '001_add_roles_down.sql']],
    ['directory' as const, ['001_add_roles/up.sql', '001_add_roles/down.sql', '001_add_roles/metadata.toml']],
  ])('writes what the layout "%s" needs', (layout, paths) => {
    expect(newMigration({ ...wanted, layout }).files.map(({ path }) => path)).toEqual(paths)
  })
})
