const BACKSLASH = 92

export interface QuotedText {
  readonly text: string
  /** Offset behind the opening mark. */
  readonly from: number
  readonly close: string
  readonly doubled: boolean
  readonly backslash: boolean
}

/** Offset behind the closing mark, or -1 where there is none. */
export function quotedEnd({ text, from, close, doubled, backslash }: QuotedText): number {
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
