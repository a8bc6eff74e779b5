import type { MigrateError } from '../migrate-error.ts'
import type { CommentStyle, Quotation } from '../model/dialect.ts'
import { type Complaint, type Origin, sqlErrorAt } from './position.ts'

/** Where a lexer stands. */
export interface LexerPlace {
  readonly text: string
  readonly origin: Origin
  readonly start: number
}

export function nulCharacter(place: LexerPlace, offset: number): MigrateError {
  return sqlError(place, offset, {
    message: 'there is a NUL character here, and the engine would silently skip everything behind it',
    hint: 'Remove the character; if the file was written as UTF-16, save it as UTF-8',
  })
}

export function parameter(place: LexerPlace, end: number): MigrateError {
  const name = place.text.slice(place.start, end)
  return sqlError(place, place.start, {
    message: `${name} is a parameter, and a migration has no values for parameters`,
    hint: "Write the value itself; text that holds such a character belongs between '…'",
    details: { parameter: name },
  })
}

/** `quotation` is given by its marks: `'`, `"`, `$body$`. */
export function unterminated(
  place: LexerPlace,
  what: string,
  { open, close }: Pick<Quotation, 'open' | 'close'>,
): MigrateError {
  return sqlError(place, place.start, {
    message: `the ${what} that begins here with ${open} never ends`,
    hint: `Close it with ${close}${close === "'" ? ", and write an apostrophe inside a string as ''" : ''}`,
  })
}

export function loneReturn(
  place: LexerPlace,
  offset: number,
  { returnEnds }: Pick<CommentStyle, 'returnEnds'>,
): MigrateError {
  const consequence = returnEnds
    ? 'takes what is behind it for SQL'
    : 'would take everything behind it for a part of the comment'
  return sqlError(place, offset, {
    message: `a carriage return without a line feed stands in this comment, and the engine ${consequence}`,
    hint: 'Save the file with LF or CRLF line endings',
  })
}

export function endlessComment(place: LexerPlace, nested: boolean): MigrateError {
  return sqlError(place, place.start, {
    message:
      'the comment that begins here with /* never ends, and the engine would silently skip everything behind it',
    hint: nested ? 'Close it with */, once for each /* in it, because comments nest' : 'Close it with */',
  })
}

export function nestedCondition(place: LexerPlace): MigrateError {
  return sqlError(place, place.start, {
    message:
      'a comment with SQL in it begins inside another one, and not every server reads that in the same way',
    hint: 'Close the first one with */ before',
  })
}

/** A block, a parenthesis or the like that is open at the end. */
export function neverEnds(
  place: LexerPlace,
  offset: number,
  { what, hint }: { readonly what: string; readonly hint: string },
): MigrateError {
  return sqlError(place, offset, { message: `the ${what} that begins here never ends`, hint })
}

export function shellCommand(place: LexerPlace, offset: number): MigrateError {
  const command = /\S*/.exec(place.text.slice(offset, offset + LONGEST_COMMAND))?.[0] ?? ''
  if (/^\\N\b/.test(command)) return oldNull(place, offset)
  return sqlError(place, offset, {
    message: `${command} is a command of the engine's own shell, not SQL`,
    hint:
      shellHints.get(command) ??
      'Write the SQL itself, or run the command in the shell, outside the migrations',
  })
}

function oldNull(place: LexerPlace, offset: number): MigrateError {
  return sqlError(place, offset, {
    message: '\\N stands for NULL on some servers only',
    hint: 'Write NULL',
  })
}

const LONGEST_COMMAND = 40
const endsStatement = 'End the statement with a semicolon'
const shellHints = new Map([
  ['\\copy', 'Write the rows as INSERT INTO … VALUES, or load them outside the migrations'],
  ['\\i', 'Put the SQL of that file into this one, or make it a migration of its own'],
  ['\\ir', 'Put the SQL of that file into this one, or make it a migration of its own'],
  ['\\.', 'Put the SQL of that file into this one, or make it a migration of its own'],
  ['\\c', 'Give the other database its own entry in the manifest and its own migrations'],
  ['\\connect', 'Give the other database its own entry in the manifest and its own migrations'],
  ['\\set', 'Write the value itself where it is used'],
  ['\\g', endsStatement],
  ['\\G', endsStatement],
  ['\\gx', endsStatement],
])

/** What stands at an offset of the text is wrong. */
export function sqlError({ text, origin }: LexerPlace, offset: number, complaint: Complaint): MigrateError {
  return sqlErrorAt({ text, offset, origin }, complaint)
}
