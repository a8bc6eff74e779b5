import { type MigrateError, type RunReport, reportOf } from '@whimbrel/core'
import { expect } from 'vitest'

/** The error that something rejects with, and the report of the run inside it. */
export async function failure(
  running: Promise<unknown>,
): Promise<{ readonly error: MigrateError; readonly report: RunReport | undefined }> {
  const error = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ name: 'MigrateError' })
  return { error: error as MigrateError, report: reportOf(error) }
}
