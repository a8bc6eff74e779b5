import type { Dialect } from '../model/dialect.ts'
import { type LexisTables, lexisTables } from './lexis-tables.ts'

/** The name or text that a token stands for: without its quotation marks where it has any. */
export function unquote(token: string, dialect: Pick<Dialect, 'lexis'>): string {
  const tables = lexisTables(dialect.lexis)
  const tag = tables.lexis.dollarQuotes ? /^\$[^$]*\$/.exec(token)?.[0] : undefined
  if (tag !== undefined) return token.slice(tag.length, -tag.length)
  return quoted(token, tables) ?? token
}

function quoted(token: string, { quotations, prefixes }: LexisTables): string | undefined {
  const direct = quotations.get(token.charCodeAt(0))
  const prefix = direct === undefined ? prefixes.get(token.charCodeAt(0)) : undefined
  const from = prefix?.isText ? prefix.prefix.length : 0
  const quotation = quotations.get(token.charCodeAt(from))
  if (quotation === undefined || !token.endsWith(quotation.close) || token.length < from + 2) return undefined
  const { close, doubled, backslash } = quotation
  const inside = token.slice(from + 1, -1)
  const text = doubled ? inside.replaceAll(close + close, close) : inside
  if (prefix?.prefix === 'U&') return withCodePoints(text)
  return backslash || prefix?.backslash ? withoutBackslashes(text) : text
}

const controls = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
])

function withoutBackslashes(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, character: string) => controls.get(character) ?? character)
}

function withCodePoints(text: string): string {
  return text.replace(/\\(?:\\|([\da-fA-F]{4})|\+([\da-fA-F]{6}))/g, (all, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long ?? '', 16)
    return Number.isNaN(code) ? '\\' : code > 0x10ffff ? all : String.fromCodePoint(code)
  })
}
