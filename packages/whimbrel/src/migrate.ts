import { checkedOptions } from './checked-options.ts'
import { readProduct } from './product.ts'
import { startDatabases } from './start-databases.ts'
import type { MigrateOptions } from './start-options.ts'
import type { StartReport } from './start-report.ts'

/**
 * Brings the databases of an application to where it needs them, as `openDatabases` does, and opens none: for a
 * deployment that migrates before anything is started, or for a start-up check with `{ mode: 'check' }`.
 *
 * @throws what `openDatabases` throws
 */
export async function migrate<const Known extends string = string, const Name extends Known = Known>(
  options: MigrateOptions<Name, Known> = {},
): Promise<StartReport> {
  const checked = checkedOptions('migrate', options as MigrateOptions)
  const { report } = await startDatabases(await readProduct(checked), checked)
  return report
}
