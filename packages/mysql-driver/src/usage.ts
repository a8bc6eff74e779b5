import { MigrateError, suggest } from '@whimbrel/core'

/** An argument that makes no sense. */
export function usage(message: string, hint: string): MigrateError {
  return new MigrateError('USAGE', message, { hint })
}

/** Throws USAGE for a name that is not known, with the one that is near. */
export function checkNames(what: string, names: Iterable<string>, known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue
    const near = suggest(name, known)
    const hint = near === undefined ? `It knows ${known.join(', ')}` : `Did you mean "${near}"?`
    throw usage(`${what} has no option "${name}"`, hint)
  }
}
