import type { Runner } from '@whimbrel/core'
import { processOwner } from '@whimbrel/core/process'
import type { CheckedOptions } from './checked-options.ts'
import { toolVersion } from './tool-version.ts'

/** Who runs, for the records and for those who wait for a lock. */
export function runnerOf({ application }: CheckedOptions): Runner {
  return processOwner(application, toolVersion)
}
