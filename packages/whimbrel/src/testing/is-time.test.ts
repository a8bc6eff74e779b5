import { expect, it } from 'vitest'
import { isTime } from './is-time.ts'

it.each([
  ['2026-11-26T15:21:40.123Z', 'anything'],
  ['2026-11-26T15:21:40+01:00', 'anything'],
  ['2026-11-26 15:21', 'anything'],
  [1_764_170_500, 'created_at'],
  [1_764_170_500_123, 'createdAt'],
  [1_764_170_500_123_456n, 'TIMESTAMP'],
  [1_764_170_500.5, 'last_seen'],
])('%s is a time in %s', (value, column) => {
  expect(isTime(value, column)).toBe(true)
})

it.each([
  ['2026-11-26', 'born_on'],
  ['at 2026-11-26T15:21:40Z', 'created_at'],
  [1_764_170_500, 'price'],
  [1_764_170_500, 'flat'],
  [12, 'created_at'],
  [null, 'created_at'],
])('%s is no time in %s', (value, column) => {
  expect(isTime(value, column)).toBe(false)
})
