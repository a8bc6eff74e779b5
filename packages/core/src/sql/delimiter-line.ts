import { type LexerPlace, sqlError } from './lexer-error.ts'

/** The rest of a line that begins with the word: its argument, and what stands behind. */
const LINE = /DELIMITER(?:[ \t]+([^\s]+))?[ \t]*([^\r\n]*)\r?(?=\n|$)/iy
const NO_SIGN = /[\w'"`\\]/
const COMMENT = /^(?:--\s|--$|#|\/\*)/

/** A line that tells the client of the engine what ends a statement. */
export interface DelimiterLine {
  /** What ends a statement from there on. */
  readonly delimiter: string
  /** Offset behind the line. */
  readonly end: number
}

/**
 * Reads the line at whose word DELIMITER a lexer stands; undefined where the word is a name inside a statement. Throws
 * MIGRATION_SQL for a line that the client would read otherwise than its author.
 */
export function delimiterLine(place: LexerPlace, isBetweenStatements: boolean): DelimiterLine | undefined {
  LINE.lastIndex = place.start
  const [line = '', delimiter = '', rest = ''] = LINE.exec(place.text) ?? []
  const isUsable = delimiter !== '' && !NO_SIGN.test(delimiter)
  if (!isBetweenStatements && !(isUsable && rest === '' && beginsLine(place))) return undefined
  if (!isUsable) throw unusable(place, delimiter)
  if (rest !== '' && !COMMENT.test(rest)) throw crowded(place, rest)
  return { delimiter, end: place.start + line.length }
}

function beginsLine({ text, start }: LexerPlace): boolean {
  let at = start
  while (text[at - 1] === ' ' || text[at - 1] === '\t') at -= 1
  return at === 0 || text[at - 1] === '\n'
}

function unusable(place: LexerPlace, delimiter: string): Error {
  return sqlError(place, place.start, {
    message:
      delimiter === ''
        ? 'DELIMITER does not say what is to end a statement'
        : `DELIMITER ${delimiter} cannot be told from a word or a string`,
    hint: 'Write signs behind it that occur nowhere else: DELIMITER //',
  })
}

function crowded(place: LexerPlace, rest: string): Error {
  return sqlError(place, place.start, {
    message: `${JSON.stringify(rest.trim())} stands behind DELIMITER in its line, and the client would skip it in silence`,
    hint: 'Put it on a line of its own',
  })
}
