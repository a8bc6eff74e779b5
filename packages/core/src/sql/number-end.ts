const PLUS = 43
const MINUS = 45
const POINT = 46
const ZERO = 48
const UNDERSCORE = 95
const SMALL_E = 101
const SMALL_X = 120

/**
 * Offset behind digits, fraction and exponent of the number that begins at an offset. Where there are `ranges`, `1..5`
 * is one.
 */
export function numberEnd(text: string, from: number, ranges: boolean): number {
  if (text.charCodeAt(from) === ZERO && lower(text.charCodeAt(from + 1)) === SMALL_X) return from
  let at = digitsEnd(text, from)
  if (text.charCodeAt(at) === POINT) {
    if (ranges && at > from && text.charCodeAt(at + 1) === POINT) return at
    at = digitsEnd(text, at + 1)
  }
  if (lower(text.charCodeAt(at)) === SMALL_E) {
    const sign = text.charCodeAt(at + 1)
    const exponent = sign === PLUS || sign === MINUS ? at + 2 : at + 1
    if (isDigit(text.charCodeAt(exponent))) at = digitsEnd(text, exponent)
  }
  return at
}

function digitsEnd(text: string, from: number): number {
  let at = from
  for (;;) {
    const character = text.charCodeAt(at)
    if (!isDigit(character) && character !== UNDERSCORE) return at
    at += 1
  }
}

/** Offset behind the number of an argument, `$12`: decimal digits only. */
export function argumentEnd(text: string, from: number): number {
  let at = from
  while (isDigit(text.charCodeAt(at))) at += 1
  return at
}

const NUMBER = /^(?:0x[\da-f]+|0b[01]+|\d*\.?\d*(?:e[+-]?\d+)?)$/i

/** Whether a word that begins with a digit is a number, where names may begin so. */
export function isNumber(word: string): boolean {
  return NUMBER.test(word)
}

export function isDigit(character: number): boolean {
  return character >= ZERO && character <= ZERO + 9
}

function lower(character: number): number {
  return character | 32
}
