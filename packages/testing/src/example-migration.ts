import type { Attempt, Direction, Migration } from '@whimbrel/core'

/**
 * A migration as data, for tests of what keeps or plans migrations: version and name come from the id, the checksums
 * are invented from it.
 */
export function exampleMigration(id: string, declared: Partial<Migration> = {}): Migration {
  const digits = /^\d+/.exec(id)?.[0] ?? '0'
  const hex = (part: string) => Buffer.from(`${part} of ${id}`).toString('hex').padEnd(64, '0').slice(0, 64)
  return {
    id,
    version: digits.replace(/^0+(?=\d)/, ''),
    name: id.slice(digits.length + 1),
    checksum: `sha256:${hex('up')}`,
    downChecksum: `sha256:${hex('down')}`,
    fingerprint: hex('file'),
    reversible: true,
    empty: false,
    dependsOn: [],
    environments: [],
    transactional: true,
    foreignKeys: false,
    expectLoss: [],
    ...declared,
  }
}

/** One attempt at it, by a run that always says the same of itself. */
export function exampleAttempt(migration: Migration, direction: Direction = 'up'): Attempt {
  const run = { runId: 'run-1', by: 'ada@example', toolVersion: '1.2.3' }
  return { migration, direction, startedAt: '2026-11-20T10:11:12.345Z', run }
}
