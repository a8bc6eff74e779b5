import { MigrateError } from '@whimbrel/core'
import type { CheckedOptions } from './checked-options.ts'
import { checkHandle, Handles } from './handles.ts'
import { type Product, readProduct } from './product.ts'
import { refuseServers } from './refuse-servers.ts'
import { startDatabases } from './start-databases.ts'
import type { StartReport } from './start-report.ts'

/** Databases that are open, and what was done to them first. */
export interface OpenProduct {
  readonly handles: Handles
  readonly report: StartReport
}

/**
 * Starts the databases of a product and opens them, or leaves none open. `check` may refuse them before anything but the
 * manifest was read.
 */
export async function openProduct(
  options: CheckedOptions,
  check: (product: Product) => void,
): Promise<OpenProduct> {
  const handles = new Handles()
  try {
    const product = await readProduct(options, (entry) => handles.inMemory(entry))
    check(product)
    refuseServers(product)
    const { report, looks, isCurrent } = await startDatabases(product, options)
    if (options.signal?.aborted === true) throw interrupted()
    for (const look of looks) {
      const handle = await handles.open(look, product)
      // What was only looked at was right a moment ago. While a run waited, a newer application may have had its turn.
      if (!isCurrent) await checkHandle(handle, { look, product })
    }
    return { handles, report }
  } catch (error) {
    handles.close()
    throw error
  }
}

function interrupted(): MigrateError {
  return new MigrateError('INTERRUPTED', 'The start was interrupted when the databases were migrated', {
    hint: 'Start again: there is nothing left to migrate',
  })
}
