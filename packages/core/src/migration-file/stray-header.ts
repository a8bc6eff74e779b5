import type { Warning } from '../ports/source.ts'
import { headerComment } from './header-comment.ts'
import { type HeaderKey, type HeaderText, knownKey, lineOf } from './header-item.ts'

/** Keys that change what happens: a misplaced one is worth a word. */
const effective: ReadonlySet<HeaderKey> = new Set<HeaderKey>([
  'Depends-On',
  'Environments',
  'Transaction',
  'Foreign-Keys',
  'Irreversible',
  'Expect-Loss',
  'Engine',
])

/** A warning for a comment that would have an effect in the header and has none where it stands. */
export function strayHeader(comment: string, offset: number, text: HeaderText): Warning | undefined {
  const item = headerComment(comment, offset, text)
  const key = item && knownKey(item.key)
  if (item === undefined || key === undefined || !effective.has(key)) return undefined
  return {
    message: `"${key}" stands below the header, so the line has no effect`,
    hint: 'Move it to the top of the migration, above all markers and SQL',
    line: lineOf(item),
  }
}
