/** One part of a statement that means something. */
export interface SqlPiece {
  /** As written. */
  readonly text: string
  readonly start: number
  /** In upper case where it can be a keyword, empty for everything else. */
  readonly word: string
  /** The name it may stand for; undefined for a sign or a string. */
  readonly name: string | undefined
}

/** Everything that has quotation marks is one piece, so that nothing in it is taken for something else. */
const pieces =
  /`(?:[^`]|``)*`|'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|\/\*(?!M?!)[\s\S]*?\*\/|--(?=\s).*|#.*|[\w$\u0080-\uffff]+|\s+|[\s\S]/g
const meansNothing = /^(?:\s|--\s|#|\/\*(?!M?!))/
const isWord = /^[\w$\u0080-\uffff]/
const isNumber = /^\d+(?:e\d+)?$/i

/** Takes a statement apart, with the places of its parts, so that single ones can be replaced. */
export function sqlPieces(sql: string): readonly SqlPiece[] {
  return [...sql.matchAll(pieces)].flatMap(({ 0: text, index: start }): SqlPiece[] => {
    if (meansNothing.test(text)) return []
    if (text.startsWith('`')) {
      return [{ text, start, word: '', name: text.slice(1, -1).replaceAll('``', '`') }]
    }
    if (!isWord.test(text)) return [{ text, start, word: '', name: undefined }]
    return [{ text, start, word: text.toUpperCase(), name: isNumber.test(text) ? undefined : text }]
  })
}

/** A part of a text and what stands there instead. */
export interface Replacement {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The text with parts replaced, which are given in their order. */
export function replaced(sql: string, replacements: readonly Replacement[]): string {
  let result = ''
  let from = 0
  for (const { start, end, text } of replacements) {
    result += sql.slice(from, start) + text
    from = end
  }
  return result + sql.slice(from)
}
