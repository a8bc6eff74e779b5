import { MigrateError } from '@whimbrel/core'

/** The MigrateError that something rejects with. */
export async function errorOf(work: Promise<unknown>): Promise<MigrateError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!MigrateError.is(error)) throw new Error(`No MigrateError: ${String(error)}`)
  return error
}

/** Everything that an error could show to somebody. */
export function everythingOf({ message, hint, stack, details, cause }: MigrateError): string {
  return JSON.stringify([message, hint, stack, details, String(cause), cause])
}
