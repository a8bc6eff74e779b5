import { expect, it } from 'vitest'
import { lockName } from './lock-name.ts'

it('names the lock of a database after it, and tells long names apart that begin alike', () => {
  expect(lockName('shop')).toBe('whimbrel:shop')
  const long = ['a', 'b'].map((ending) => lockName(`${'x'.repeat(63)}${ending}`))
  expect(long.map((name) => name.length)).toEqual([64, 64])
  expect(long[0]).not.toBe(long[1])
})
