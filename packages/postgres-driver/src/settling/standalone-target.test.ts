import { expect, it } from 'vitest'
import { standaloneTarget } from './standalone-target.ts'

it.each([
  ['CREATE INDEX CONCURRENTLY a ON b (c)', { kind: 'create-index', table: 'b', index: 'a' }],
  [
    'create unique index concurrently if not exists "A b" on only s."T" using gin (c)',
    { kind: 'create-index', table: 's."T"', index: 'A b' },
  ],
  ['CREATE INDEX CONCURRENTLY /* , */ ON b (c)', { kind: 'create-index', table: 'b', index: undefined }],
  ['DROP INDEX CONCURRENTLY IF EXISTS s.a CASCADE', { kind: 'drop-index', index: 's.a' }],
  ['REINDEX INDEX CONCURRENTLY a', { kind: 'reindex-index', index: 'a' }],
  ['REINDEX (VERBOSE, CONCURRENTLY) TABLE s.t', { kind: 'reindex-table', table: 's.t' }],
  [
    'ALTER TABLE IF EXISTS p DETACH PARTITION "q" CONCURRENTLY',
    { kind: 'detach', table: 'p', partition: '"q"' },
  ],
  ['CREATE DATABASE Birds', { kind: 'shared', object: 'DATABASE', name: 'birds' }],
  ['DROP DATABASE IF EXISTS "Birds"', { kind: 'shared', object: 'DATABASE', name: 'Birds' }],
  ['DROP TABLESPACE fast', { kind: 'shared', object: 'TABLESPACE', name: 'fast' }],
  ['VACUUM birds', { kind: 'other' }],
  ['REINDEX DATABASE CONCURRENTLY', { kind: 'other' }],
  ['ALTER SYSTEM SET work_mem = 1', { kind: 'other' }],
  ['CALL backfill()', { kind: 'other' }],
  ['CREATE INDEX a ON b (c)', { kind: 'other' }],
])('reads what it is about: %s', (sql, target) => {
  expect(standaloneTarget(sql)).toEqual(target)
})
