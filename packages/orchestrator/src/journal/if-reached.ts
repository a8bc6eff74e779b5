import { MigrateError } from '@whimbrel/core'

/** What a driver says of its database; undefined where that cannot be reached now. */
export async function ifReached<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (MigrateError.is(error) && error.code === 'DATABASE_UNREACHABLE') return undefined
    throw error
  }
}
