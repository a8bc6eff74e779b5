import type { Remark } from '../ports/source.ts'
import { lineAt } from '../sql/position.ts'

const REMARK = /^--[ \t]*(whimbrel-[\s\S]*)$/i

/** True for a line comment that speaks to the tool. */
export function isRemark(comment: string): boolean {
  return REMARK.test(comment)
}

/** Reads a line comment as one that speaks to the tool; undefined for all others. */
export function remarkOf(
  comment: string,
  at: { readonly text: string; readonly offset: number; readonly part: Remark['part'] },
): Remark | undefined {
  const text = REMARK.exec(comment)?.[1]
  if (text === undefined) return undefined
  return { text: text.trim(), line: lineAt(at.text, at.offset), part: at.part }
}
