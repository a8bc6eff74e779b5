import { describe, expect, it } from 'vitest'
import { MigrateError } from './migrate-error.ts'
import { resolveId } from './resolve-id.ts'

const migrations = [
  { id: '001_create_users', version: '1' },
  { id: '002_create_roles', version: '2' },
  { id: '10_create_tokens', version: '10' },
  { id: '20240115120000_add_index', version: '20240115120000' },
  { id: '20240116120000_add_view', version: '20240116120000' },
]

function errorOf(
  query: string,
  among: readonly { id: string; version: string }[] = migrations,
): MigrateError {
  try {
    resolveId(query, among)
  } catch (error) {
    if (MigrateError.is(error)) return error
  }
  throw new Error(`"${query}" was found`)
}

describe('resolveId', () => {
  it('takes the full id', () => {
    expect(resolveId('002_create_roles', migrations).version).toBe('2')
  })

  it('takes the version, with or without leading zeros', () => {
    expect(resolveId('2', migrations).id).toBe('002_create_roles')
    expect(resolveId('0002', migrations).id).toBe('002_create_roles')
    expect(resolveId('010', migrations).id).toBe('10_create_tokens')
  })

  it('takes an unambiguous beginning of the id', () => {
    expect(resolveId('001_', migrations).id).toBe('001_create_users')
    expect(resolveId('20240116', migrations).id).toBe('20240116120000_add_view')
  })

  it('prefers the full id over a longer one that begins with it', () => {
    const twins = [
      { id: '1_a', version: '1' },
      { id: '1_ab', version: '2' },
    ]
    expect(resolveId('1_a', twins).version).toBe('1')
  })

  it('never reads a short number as the beginning of a longer one', () => {
    expect(errorOf('3').code).toBe('MIGRATION_UNKNOWN')
    expect(errorOf('202').code).toBe('MIGRATION_UNKNOWN')
    expect(resolveId('1', migrations).id).toBe('001_create_users')
  })

  it('lists the matches of an ambiguous beginning', () => {
    const error = errorOf('202401')
    expect(error.code).toBe('MIGRATION_AMBIGUOUS')
    expect(error.hint).toContain('20240115120000_add_index, 20240116120000_add_view')
  })

  it('suggests the nearest id for a misspelt one', () => {
    const error = errorOf('002_craete_roles')
    expect(error.code).toBe('MIGRATION_UNKNOWN')
    expect(error.message).toBe('There is no migration "002_craete_roles"')
    expect(error.hint).toContain('Did you mean 002_create_roles?')
  })

  it('lists the newest known ids when nothing is near', () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ id: `${index + 1}_x`, version: `${index + 1}` }))
    expect(errorOf('something', many).hint).toContain('Known: … 13_x, 14_x')
  })

  it('says so when there is nothing to choose from', () => {
    expect(errorOf('1', []).hint).toContain('no migrations')
  })

  it('finds nothing for an empty query', () => {
    expect(errorOf('').code).toBe('MIGRATION_UNKNOWN')
  })
})
