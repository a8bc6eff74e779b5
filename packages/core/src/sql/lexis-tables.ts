import type { Lexis, Quotation, StringPrefix } from '../model/dialect.ts'

export const SPACE = 1
export const LETTER = 2
export const DIGIT = 3
export const STRING_QUOTE = 4
export const NAME_QUOTE = 5
export const DASH = 6
export const SLASH = 7
export const DOT = 8
export const PARAMETER = 9
export const SEMICOLON_SIGN = 10
export const HASH = 11
export const DOLLAR = 12
export const SHELL_SIGN = 13
/** An operator of one character that no longer one begins with. */
export const SINGLE_SIGN = 14

/** What a dialect's lexis says, as tables for the inner loops; the arrays are indexed by ASCII character. */
export interface LexisTables {
  readonly lexis: Lexis
  readonly first: Uint8Array
  /** 1 where a string prefix begins … */
  readonly stringPrefix: Uint8Array
  /** … by that character. */
  readonly prefixes: ReadonlyMap<number, StringPrefix>
  /** `1..5` is a range of numbers. */
  readonly ranges: boolean
  /** 1 at `a * 128 + b` where the two characters are one operator. */
  readonly operatorPairs: Uint8Array
  /** 1 for characters any run of which is one operator. */
  readonly operatorSign: Uint8Array
  readonly quotations: ReadonlyMap<number, Quotation>
  /** Words with which a statement with a body begins, joined by spaces … */
  readonly bodies: ReadonlySet<string>
  /** … and those with which it may still become one, each with itself and the `*` that may follow. */
  readonly bodyPrefixes: ReadonlyMap<string, string>
}

const known = new WeakMap<Lexis, LexisTables>()

/** The tables of a dialect, made once. */
export function lexisTables(lexis: Lexis): LexisTables {
  const existing = known.get(lexis)
  if (existing !== undefined) return existing
  const made = make(lexis)
  known.set(lexis, made)
  return made
}

function make(lexis: Lexis): LexisTables {
  const stringPrefix = new Uint8Array(128)
  const prefixes = new Map<number, StringPrefix>()
  for (const prefix of lexis.stringPrefixes) {
    for (const letter of [prefix.prefix.charAt(0), prefix.prefix.charAt(0).toLowerCase()]) {
      mark(stringPrefix, letter, 1)
      prefixes.set(letter.charCodeAt(0), prefix)
    }
  }
  const operatorPairs = new Uint8Array(128 * 128)
  for (const pair of lexis.operators) operatorPairs[pair.charCodeAt(0) * 128 + pair.charCodeAt(1)] = 1
  const operatorSign = new Uint8Array(128)
  mark(operatorSign, lexis.operatorSigns, 1)
  const quotations = new Map<number, Quotation>()
  for (const quotation of [...lexis.strings, ...lexis.identifiers]) {
    quotations.set(quotation.open.charCodeAt(0), quotation)
  }
  const bodies = new Set(lexis.bodies)
  const prefixesOfBodies = new Set(lexis.bodies.flatMap(properPrefixes))
  const bodyPrefixes = new Map(
    [...prefixesOfBodies].map((words) => [words, prefixesOfBodies.has(`${words} *`) ? `${words} *` : words]),
  )
  const first = firstCharacters(lexis)
  const ranges = lexis.operators.includes('..')
  return {
    lexis,
    first,
    stringPrefix,
    prefixes,
    ranges,
    operatorPairs,
    operatorSign,
    quotations,
    bodies,
    bodyPrefixes,
  }
}

/** What a token is, by its first character. */
function firstCharacters(lexis: Lexis): Uint8Array {
  const first = new Uint8Array(128)
  mark(first, lexis.space, SPACE)
  mark(first, letters, LETTER)
  mark(first, digits, DIGIT)
  mark(first, lexis.parameters, PARAMETER)
  mark(first, lexis.shellSigns, SHELL_SIGN)
  mark(first, '-', DASH)
  mark(first, '/', SLASH)
  mark(first, '.', DOT)
  mark(first, ';', SEMICOLON_SIGN)
  mark(first, singleSigns(lexis), SINGLE_SIGN)
  if (lexis.comments.hash) mark(first, '#', HASH)
  if (lexis.dollarQuotes) mark(first, '$', DOLLAR)
  for (const { open } of lexis.strings) mark(first, open, STRING_QUOTE)
  for (const { open } of lexis.identifiers) mark(first, open, NAME_QUOTE)
  return first
}

/** Most operators are a comma or a parenthesis. A star may end a comment with SQL in it. */
function singleSigns({ operators, operatorSigns, comments }: Lexis): string {
  const longer = `${operators.map((pair) => pair.charAt(0)).join('')}${operatorSigns}${comments.conditional ? '*' : ''}`
  return [...'(),=<>*+%[]'].filter((sign) => !longer.includes(sign)).join('')
}

function properPrefixes(words: string): string[] {
  const all = words.split(' ')
  return all.slice(1).map((_, index) => all.slice(0, index + 1).join(' '))
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_'
const digits = '0123456789'

function mark(table: Uint8Array, characters: string, value: number): void {
  for (let i = 0; i < characters.length; i += 1) table[characters.charCodeAt(i)] = value
}
