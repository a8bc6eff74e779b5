import type { Lock, LockOwner } from '@whimbrel/core'
import type { Lockable } from './lock-waiting.ts'

const holders = new WeakMap<object, LockOwner>()

/** The lock of a database that lives in this process: kept beside `key`, its driver or its handle. */
export function memoryLock(
  key: object,
  { owner, location }: { owner: LockOwner; location: string },
): Lockable {
  return {
    location,
    kept: 'this process',
    holder: () => holders.get(key),
    attempt(): Lock | undefined {
      if (holders.has(key)) return undefined
      holders.set(key, owner)
      return {
        async release() {
          if (holders.get(key) === owner) holders.delete(key)
        },
      }
    },
  }
}
