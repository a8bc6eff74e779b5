import { suggest } from '@whimbrel/core'

const LONGEST_LIST = 8

/** What there is instead of a name that was not found. */
export function insteadOf(name: string, names: readonly string[], kind: string): string {
  if (names.length === 0) return `There is no ${kind} "${name}", and no other`
  const near = suggest(name, names)
  if (near !== undefined) return `There is no ${kind} "${name}"; did you mean "${near}"?`
  const more = names.length > LONGEST_LIST ? ` and ${names.length - LONGEST_LIST} more` : ''
  return `There is no ${kind} "${name}"; known: ${names.slice(0, LONGEST_LIST).join(', ')}${more}`
}

/** SQLite compares names without the case of ASCII. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
