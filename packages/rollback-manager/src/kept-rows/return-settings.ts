import type { Dialect, Session } from '@whimbrel/core'

/**
 * Runs something with the settings that rows need to come back as they were: keys may come before their parents, and a
 * number that counts by itself may be 0. Parents are looked for behind it.
 */
export async function withReturnSettings<T>(
  session: Session,
  { name }: Dialect,
  work: () => Promise<T>,
): Promise<T> {
  if (name !== 'mysql') return work()
  await session.execute('SET SESSION foreign_key_checks = 0')
  await session.execute("SET SESSION sql_mode = concat(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')")
  try {
    return await work()
  } finally {
    // The mode of the session comes back with its next transaction.
    await session.execute('SET SESSION foreign_key_checks = 1').catch(() => undefined)
  }
}
