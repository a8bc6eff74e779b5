import { MigrateError, suggest } from '@whimbrel/core'

/** Throws USAGE for an option that does not exist, and for options that are none at all. */
export function checkNames(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw usage(`The options of ${what} are not an object`, `Call it as ${what}({ … })`)
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const near = suggest(name, known)
    const hint = near === undefined ? `Its options are ${known.join(', ')}` : `Did you mean "${near}"?`
    throw usage(`${what} has no option "${name}"`, hint)
  }
}

/** An argument that makes no sense. */
export function usage(message: string, hint: string): MigrateError {
  return new MigrateError('USAGE', message, { hint })
}
