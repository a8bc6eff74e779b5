import type { SqlToken, SqlValue } from '@whimbrel/core'
import { alphabetOf, letters, textGlob, textLike, wordOf } from './matching-text.ts'
import { isWord, type Rule } from './table-shape.ts'
import { bytes, jsonDocuments } from './typical-values.ts'

/** Values that rules name as allowed: `x IN ('a', 'b')`, `x = 'a'`. Each row begins with another one. */
export function namedValues(column: string, rules: readonly Rule[], row: number): readonly SqlValue[] {
  const found = rules.flatMap(({ tokens }) =>
    tokens.flatMap((token, at) => (isNamed(token, column) ? allowedAt(tokens, at + 1) : [])),
  )
  return found.map((_, at) => found[(at + row) % found.length] ?? null)
}

function allowedAt(tokens: readonly SqlToken[], at: number): readonly SqlValue[] {
  const operator = tokens[at]
  if (operator?.text === '=' || operator?.text === '==' || isWord(operator, 'IS'))
    return literalsIn(tokens.slice(at + 1, at + 2))
  if (!isWord(operator, 'IN') || tokens[at + 1]?.text !== '(') return []
  const close = tokens.findIndex(({ text }, index) => index > at && text === ')')
  return literalsIn(tokens.slice(at + 2, close))
}

/** Values that fit the patterns, lengths and functions that rules hold a column to. */
export function fittingValues(column: string, rules: readonly Rule[], row: number): readonly SqlValue[] {
  const tokens = rules.filter(({ columns }) => columns.includes(column)).flatMap((rule) => rule.tokens)
  const lengths = lengthsOf(column, tokens)
  const classes = patternsBehind(tokens, 'GLOB', true).flatMap((pattern) => alphabetIn(pattern))
  const globs = patternsBehind(tokens, 'GLOB', false)
  const likes = patternsBehind(tokens, 'LIKE', false)
  const words = [...classes.map((alphabet) => wordOf(alphabet, row)), letters(row)]
  const fixed = lengths.flatMap((length) => [
    ...prefixesOf(globs).flatMap((prefix) =>
      [...classes, 'abcdefghijklmnopqrstuvwxyz'].map(
        (alphabet) => prefix + wordOf(alphabet, row, Math.max(length - prefix.length, 1)),
      ),
    ),
    bytes(length, row),
  ])
  return [
    ...fixed,
    ...words.flatMap((word) => globs.map((pattern) => textGlob(pattern, word))),
    ...likes.map((pattern) => textLike(pattern, letters(row))),
    ...classes.map((alphabet) => wordOf(alphabet, row)),
    ...(tokens.some(({ value }) => /^json/i.test(value)) ? jsonDocuments(row) : []),
  ]
}

/** `length(x) = 32` and what else a length is compared with. */
function lengthsOf(column: string, tokens: readonly SqlToken[]): readonly number[] {
  return tokens.flatMap((token, at) => {
    if (!/^(octet_)?length$/i.test(token.value) || !isNamed(tokens[at + 2], column)) return []
    const bounds = tokens.slice(at + 4, at + 8).filter(({ kind }) => kind === 'number')
    return bounds.map(({ value }) => Number(value)).filter((length) => length > 0 && length <= 4096)
  })
}

function patternsBehind(tokens: readonly SqlToken[], operator: string, negated: boolean): readonly string[] {
  return tokens.flatMap((token, at) => {
    const pattern = tokens[at + 1]
    if (!isWord(token, operator) || pattern?.kind !== 'string') return []
    return isWord(tokens[at - 1], 'NOT') === negated ? [pattern.value] : []
  })
}

/** `NOT GLOB '*[^a-z_]*'` says which characters there may be. */
function alphabetIn(pattern: string): readonly string[] {
  const members = /^\*\[\^(.+)\]\*$/.exec(pattern)?.[1]
  return members === undefined ? [] : [alphabetOf(members)]
}

/** What stands in front of the first sign of a pattern that has a meaning, and nothing. */
function prefixesOf(globs: readonly string[]): readonly string[] {
  return [...globs.map((pattern) => /^[^*?[]*/.exec(pattern)?.[0] ?? ''), '']
}

/** Numbers at, beside and between those that a rule compares with. */
export function boundaryValues(column: string, rules: readonly Rule[], row: number): readonly SqlValue[] {
  const bounds = rules
    .filter(({ columns }) => columns.includes(column))
    .flatMap(({ tokens }) => literalsIn(tokens))
    .filter((value) => typeof value === 'number' || typeof value === 'bigint')
    .map(Number)
    .sort((a, b) => a - b)
  const between = bounds.slice(1).map((high, at) => {
    const low = bounds[at] ?? high
    return low + ((high - low) * (row + 1)) / (row + 2)
  })
  const beside = bounds.flatMap((bound) => [bound, bound + row + 1, bound - row - 1])
  return [...between, ...beside].flatMap((value) =>
    Number.isInteger(value) ? [BigInt(value)] : [value, BigInt(Math.round(value))],
  )
}

/** Every literal of the rules that speak of a column. */
export function literalValues(column: string, rules: readonly Rule[]): readonly SqlValue[] {
  return rules.filter(({ columns }) => columns.includes(column)).flatMap(({ tokens }) => literalsIn(tokens))
}

/** Strings, numbers and bytes among tokens. */
export function literalsIn(tokens: readonly SqlToken[]): readonly SqlValue[] {
  return tokens.flatMap((token, at): SqlValue[] => {
    if (token.kind === 'string') return [stringOrBytes(token)]
    if (token.kind !== 'number') return []
    const value = numberOf(token.text.replaceAll('_', ''))
    const before = tokens[at - 2]
    const isNegative = tokens[at - 1]?.text === '-' && (before === undefined || before.kind === 'sign')
    return value === undefined ? [] : [isNegative ? -value : value]
  })
}

function stringOrBytes({ text, value }: SqlToken): SqlValue {
  const hexadecimal = /^x'((?:[\da-f]{2})*)'$/i.exec(text)?.[1]
  return hexadecimal === undefined
    ? value
    : Uint8Array.from(hexadecimal.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function numberOf(text: string): bigint | number | undefined {
  if (/^(\d+|0x[\da-f]+)$/i.test(text)) {
    const value = BigInt(text)
    return value < 2n ** 63n ? value : undefined
  }
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

function isNamed(token: SqlToken | undefined, column: string): boolean {
  const { kind, value = '' } = token ?? {}
  return (kind === 'word' || kind === 'name') && value.toLowerCase() === column.toLowerCase()
}
