import type { MigrateError } from '../migrate-error.ts'
import { errorAtLine, lineAt } from '../sql/position.ts'
import type { HeaderItem, HeaderText } from './header-item.ts'

const ASSIGNMENT = /^([A-Za-z][A-Za-z0-9_-]*)[ \t]*=[ \t]*(.*)$/
const STRING = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t', r: '\r' }

/**
 * Reads a `metadata.toml`: one `key = value` a line, where a value is a string, `true`, `false` or a list of strings
 * on the same line; `#` begins a comment. Throws MIGRATION_HEADER with the line for anything else.
 */
export function metadataItems(from: HeaderText): HeaderItem[] {
  const items: HeaderItem[] = []
  let offset = 0
  for (const line of from.text.split('\n')) {
    const content = line.trim()
    if (content !== '' && !content.startsWith('#')) {
      const item = readLine(content, { in: from, offset })
      if (item !== undefined) items.push(item)
    }
    offset += line.length + 1
  }
  return items
}

type Place = Pick<HeaderItem, 'in' | 'offset'>

function readLine(content: string, place: Place): HeaderItem | undefined {
  const [, key = '', written = ''] = ASSIGNMENT.exec(content) ?? []
  if (key === '') throw unreadable(place, `"${content}" is not a line that can be read here`)
  const { value, rest } = readValue(written, place)
  if (rest !== '' && !rest.startsWith('#'))
    throw unreadable(place, `"${rest}" stands behind the value of ${key}`)
  if (/^run[_-]in[_-]transaction$/i.test(key)) return transactionItem({ ...place, key, value })
  return { ...place, key, value }
}

/** Written by diesel: the same as `Transaction: none` where it is false, and the default where it is true. */
function transactionItem(item: HeaderItem): HeaderItem | undefined {
  if (typeof item.value !== 'boolean') throw unreadable(item, `${item.key} must be true or false`)
  return item.value ? undefined : { ...item, key: 'transaction', value: 'none' }
}

interface Value {
  readonly value: HeaderItem['value']
  /** What follows it on the line. */
  readonly rest: string
}

function readValue(written: string, place: Place): Value {
  const flag = /^(true|false)(?![A-Za-z0-9_-])/.exec(written)?.[1]
  if (flag !== undefined) return { value: flag === 'true', rest: written.slice(flag.length).trim() }
  if (written.startsWith('[')) return readList(written, place)
  return readString(written, place)
}

function readString(written: string, place: Place): { value: string; rest: string } {
  const match = written.startsWith('"""') || written.startsWith("'''") ? null : STRING.exec(written)
  if (match === null)
    throw unreadable(place, `the value ${written === '' ? 'is missing' : `${written} cannot be read here`}`)
  const value = match[2] ?? (match[1] ?? '').replace(/\\(.)/g, (_, sign: string) => escaped(sign, place))
  return { value, rest: written.slice(match[0].length).trim() }
}

function escaped(sign: string, place: Place): string {
  const character = ESCAPES[sign]
  if (character === undefined) throw unreadable(place, `\\${sign} is not an escape that can be read here`)
  return character
}

function readList(written: string, place: Place): Value {
  const value: string[] = []
  let rest = written.slice(1).trim()
  while (!rest.startsWith(']')) {
    const entry = readString(rest, place)
    value.push(entry.value)
    rest = entry.rest
    if (rest.startsWith(',')) rest = rest.slice(1).trim()
    else if (!rest.startsWith(']')) throw unreadable(place, 'the list has no "]" on this line')
  }
  return { value, rest: rest.slice(1).trim() }
}

function unreadable(place: Place, message: string): MigrateError {
  return errorAtLine(
    'MIGRATION_HEADER',
    { ...place.in.origin, line: lineAt(place.in.text, place.offset) },
    {
      message,
      hint: 'Write one key = "text", key = true, key = false or key = ["text", "text"] on each line',
    },
  )
}
