import type { Lock, Lockable, LockOwner } from '@whimbrel/core'

const holders = new WeakMap<object, LockOwner>()

/** The lock of a database that lives in this process: kept beside `key`, its driver or its handle. */
export function memoryLock(
  key: object,
  { owner, location }: { owner: LockOwner; location: string },
): Lockable {
  return {
    location,
    anybody: 'this process',
    fate: 'the lock is kept in this process and goes with it',
    async holder() {
      const owner = holders.get(key)
      return owner && { owner }
    },
    async attempt(): Promise<Lock | undefined> {
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
