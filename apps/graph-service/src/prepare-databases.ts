import { MigrateError } from '@whimbrel/core'
import { inspect } from './inspection.ts'
import type { Target } from './target.ts'

/**
 * Migrates every database, or throws: then this service must not start. All are planned before the first is changed,
 * so that a wrong file of the last one stops the first one, too.
 */
export async function migrateDatabases(targets: readonly Target[]): Promise<void> {
  for (const target of targets) await naming(target, () => planned(target))
  for (const target of targets) await naming(target, () => target.runner.up())
  // A database that a newer release has migrated is refused as well.
  await checkDatabases(targets)
}

/** Throws where a database is not exactly what this service needs; writes nothing. */
export async function checkDatabases(targets: readonly Target[]): Promise<void> {
  for (const target of targets) {
    await naming(target, async () => {
      const { problem } = await inspect(target)
      if (problem !== undefined) throw problem
    })
  }
}

/** Throws what would be refused; a doubt may only be another instance in the middle of a step, and `up` waits for it. */
async function planned({ runner }: Target): Promise<void> {
  try {
    await runner.planUp()
  } catch (error) {
    if (!MigrateError.is(error) || error.code !== 'IN_DOUBT') throw error
  }
}

/** Says of which database an error speaks. */
async function naming(target: Target, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    const { code, message, hint, details } = error
    throw new MigrateError(code, `${target.name}: ${message}`, {
      hint,
      details: { ...details, database: target.name },
      cause: error,
    })
  }
}
