/** What the server says of the place of an error. */
export interface ErrorPlace {
  /** 1-based, in characters of the statement. */
  readonly position?: string | undefined
  /** The same in a statement that a function ran. */
  readonly internalPosition?: string | undefined
  readonly internalQuery?: string | undefined
  /** The functions that ran, the innermost first, a line for each. */
  readonly where?: string | undefined
}

/**
 * Where in a statement its error is, as a 1-based number of characters: where the server says so, where the text that a
 * function ran stands in it once, or at the beginning of the line of a DO block. Undefined where nothing tells.
 */
export function errorPosition(place: ErrorPlace, sql: string): number | undefined {
  if (place.position !== undefined) return Number(place.position)
  return ofInnerStatement(place, sql) ?? ofBlockLine(place, sql)
}

function ofInnerStatement({ internalQuery, internalPosition }: ErrorPlace, sql: string): number | undefined {
  if (internalQuery === undefined || internalPosition === undefined) return undefined
  const at = sql.indexOf(internalQuery)
  if (at === -1 || at !== sql.lastIndexOf(internalQuery)) return undefined
  return characters(sql.slice(0, at)) + Number(internalPosition)
}

function ofBlockLine({ where = '' }: ErrorPlace, sql: string): number | undefined {
  const line = /inline_code_block line (\d+)/.exec(where)?.[1]
  const quote = /^\s*DO\b[^$']*\$\w*\$/i.exec(sql)?.[0]
  if (line === undefined || quote === undefined) return undefined
  const lines = sql.slice(quote.length).split('\n')
  const before = lines.slice(0, Number(line) - 1).map((text) => `${text}\n`)
  const own = lines[Number(line) - 1]
  if (own === undefined) return undefined
  return characters(quote + before.join('')) + (own.length - own.trimStart().length) + 1
}

/** One beyond the first 65,536 is one for the server and two here. */
function characters(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** The function in which it happened, undefined where it was in the statement itself. */
export function failedFunction({ where = '' }: ErrorPlace): string | undefined {
  const found = /^(?:PL\/\w+|SQL) function .*$/m.exec(where)?.[0]
  return found === undefined || found.includes('inline_code_block') ? undefined : found
}
