import { suggest } from '@whimbrel/core'

/** What is known, with the nearest first where there is one: a hint for a word that is not among it. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = suggest(word, known)
  return near === undefined ? `Known: ${known.join(', ')}` : `Did you mean "${near}"?`
}
