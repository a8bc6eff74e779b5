import { MigrateError } from '../src/migrate-error.ts'

/** The MigrateError that a function throws; fails where it throws none. */
export function thrown(run: () => unknown): MigrateError {
  let result: unknown
  try {
    result = run()
  } catch (error) {
    if (MigrateError.is(error)) return error
    throw error
  }
  throw new Error(`nothing was thrown, but returned: ${JSON.stringify(result)}`)
}
