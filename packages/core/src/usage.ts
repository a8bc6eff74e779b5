import { MigrateError } from './migrate-error.ts'
import { suggest } from './suggest.ts'

/** USAGE: an argument that makes no sense. */
export function usage(message: string, hint: string): MigrateError {
  return new MigrateError('USAGE', message, { hint })
}

/** Throws USAGE for an option that does not exist, with the one that is near. `what` has the options: `sqliteDriver`. */
export function checkOptionNames(what: string, names: Iterable<string>, known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue
    const near = suggest(name, known)
    const hint = near === undefined ? `Its options are ${known.join(', ')}` : `Did you mean "${near}"?`
    throw usage(`${what} has no option "${name}"`, hint)
  }
}
