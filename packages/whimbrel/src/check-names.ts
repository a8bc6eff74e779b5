import { checkOptionNames, usage } from '@whimbrel/core'

/** Throws USAGE for options that are no object, and for one that does not exist. */
export function checkNames(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw usage(`The options of ${what} are not an object`, `Call it as ${what}({ … })`)
  checkOptionNames(what, Object.keys(options), known)
}
