const LONGEST = 80

/**
 * How a statement of somebody else begins, as shown to people: one line without comments, and `'…'` for every text,
 * because one may be a password. `parts` finds, with the flag `g`, what an engine takes for one piece: comments as the
 * group `comment`, quoted names as `name`, and texts, also where they are cut off.
 */
export function shownStatement(sql: string, parts: RegExp): string {
  const blank = sql
    .replace(parts, (part, ...rest) => {
      const { comment, name } = rest.at(-1) as Readonly<Record<string, string | undefined>>
      if (comment !== undefined) return ' '
      return name === undefined ? "'…'" : part
    })
    .replace(/\s+/g, ' ')
    .trim()
  return blank.length > LONGEST ? `${blank.slice(0, LONGEST)}…` : blank
}
