import type { Dialect } from '../model/dialect.ts'

/** A name without regard to case, as engines compare them: letters outside ASCII stay as they are. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** The name of an object as the engine compares it with others: what two names of one object have in common. */
export function nameKey(name: string, { foldsQuotedNames }: Pick<Dialect, 'foldsQuotedNames'>): string {
  return foldsQuotedNames ? foldName(name) : name
}
