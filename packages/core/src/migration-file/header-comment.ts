import { type HeaderItem, type HeaderText, knownKey, nearestKey } from './header-item.ts'

const LINE = /^--[ \t]*([A-Za-z][A-Za-z0-9_-]*)[ \t]*:(?!\/\/)([\s\S]*)$/
const CAPITALISED = /^[A-Z][a-z]*(?:[-_][A-Za-z]+)*$/

/**
 * Reads a line comment as `-- Key: value`. A known key counts in any spelling; an unknown one counts when it looks
 * like a key (`Reviewed-By`) or nearly like a known one. All other comments are prose: undefined.
 */
export function headerComment(comment: string, offset: number, text: HeaderText): HeaderItem | undefined {
  const match = comment.includes(':') ? LINE.exec(comment) : null
  if (match === null) return undefined
  const [, key = '', value = ''] = match
  if (knownKey(key) === undefined && !looksLikeKey(key)) return undefined
  return { key, value: value.trim(), offset, in: text }
}

function looksLikeKey(word: string): boolean {
  return CAPITALISED.test(word) || nearestKey(word) !== undefined
}
