import type { MigrateError } from '../migrate-error.ts'
import type { Quotation } from '../model/dialect.ts'
import { type Complaint, type Origin, sqlErrorAt } from './position.ts'

/** Where a lexer stands. */
export interface LexerPlace {
  readonly text: string
  readonly origin: Origin
  readonly start: number
}

export function nulCharacter(place: LexerPlace, offset: number): MigrateError {
  return at(place, offset, {
    message: 'there is a NUL character here, and the engine would silently skip everything behind it',
    hint: 'Remove the character; if the file was written as UTF-16, save it as UTF-8',
  })
}

export function parameter(place: LexerPlace, end: number): MigrateError {
  const name = place.text.slice(place.start, end)
  return at(place, place.start, {
    message: `${name} is a parameter, and a migration has no values for parameters`,
    hint: "Write the value itself; text that holds such a character belongs between '…'",
    details: { parameter: name },
  })
}

export function unterminated(place: LexerPlace, what: string, { open, close }: Quotation): MigrateError {
  return at(place, place.start, {
    message: `the ${what} that begins here with ${open} never ends`,
    hint: `Close it with ${close}${close === "'" ? ", and write an apostrophe inside a string as ''" : ''}`,
  })
}

export function loneReturn(place: LexerPlace, offset: number): MigrateError {
  return at(place, offset, {
    message:
      'a carriage return without a line feed stands in this comment, and the engine would take everything behind ' +
      'it for a part of the comment',
    hint: 'Save the file with LF or CRLF line endings',
  })
}

export function endlessComment(place: LexerPlace): MigrateError {
  return at(place, place.start, {
    message:
      'the comment that begins here with /* never ends, and the engine would silently skip everything behind it',
    hint: 'Close it with */',
  })
}

function at({ text, origin }: LexerPlace, offset: number, complaint: Complaint): MigrateError {
  return sqlErrorAt({ text, offset, origin }, complaint)
}
