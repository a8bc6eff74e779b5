import type { Quotation } from '../model/dialect.ts'

const BACKSLASH = 92

/** Offset behind the closing mark, given the offset behind the opening one; -1 where there is none. */
export function quotedEnd(text: string, from: number, quotation: Omit<Quotation, 'open'>): number {
  const { close, doubled, backslash } = quotation
  let at = from
  for (;;) {
    const mark = text.indexOf(close, at)
    if (mark === -1) return -1
    if (backslash && isEscaped(text, at, mark)) at = mark + 1
    else if (doubled && text[mark + 1] === close) at = mark + 2
    else return mark + 1
  }
}

/** An odd number of backslashes stands in front of it; none of those before `from` counts, they are used up. */
function isEscaped(text: string, from: number, mark: number): boolean {
  let at = mark
  while (at > from && text.charCodeAt(at - 1) === BACKSLASH) at -= 1
  return (mark - at) % 2 === 1
}
