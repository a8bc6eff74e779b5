import { MigrateError, type MigrationRunner, plan } from '@whimbrel/core'

/** Takes the lock and gives it back, whatever is wrong with the database beside. Throws LOCK_TIMEOUT. */
export async function waitForLock(runner: MigrationRunner): Promise<void> {
  await runner
    .run((state) => ({ ...plan(state, { direction: 'up', allowOutOfOrder: true }), steps: [], skipped: [] }))
    .catch((error: unknown) => {
      if (!MigrateError.is(error) || error.code === 'LOCK_TIMEOUT') throw error
    })
}
