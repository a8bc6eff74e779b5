import { MigrateError, type MigrationRunner } from '@whimbrel/core'

/**
 * Takes the lock and gives it back, whatever is wrong with the database beside. Never goes by a look: between two
 * migrations of another run nothing is in doubt for a moment. Throws LOCK_TIMEOUT.
 */
export async function waitForLock(runner: MigrationRunner): Promise<void> {
  await runner
    .amend(async () => undefined)
    .catch((error: unknown) => {
      if (!MigrateError.is(error) || error.code === 'LOCK_TIMEOUT') throw error
    })
}
