import { MigrateError, suggest } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'

export type PragmaValue = string | number | boolean
export type Pragmas = Readonly<Record<string, PragmaValue>>

/** What a database is opened with where nothing else is asked for. */
export const defaultPragmas = {
  journal_mode: 'WAL',
  foreign_keys: true,
  busy_timeout: 5000,
  synchronous: 'NORMAL',
} as const satisfies Pragmas

// SQLite ignores a pragma that it does not know, so a misspelt one has to be found here.
const configurable = [
  // These only work before the first table exists.
  'page_size',
  'encoding',
  'auto_vacuum',
  'journal_mode',
  'analysis_limit',
  'automatic_index',
  'busy_timeout',
  'cache_size',
  'cache_spill',
  'cell_size_check',
  'checkpoint_fullfsync',
  'foreign_keys',
  'fullfsync',
  'journal_size_limit',
  'max_page_count',
  'mmap_size',
  'recursive_triggers',
  'secure_delete',
  'synchronous',
  'temp_store',
  'threads',
  'trusted_schema',
  'wal_autocheckpoint',
]

/** The defaults with `pragmas` over them, in the order in which they take effect. Throws USAGE. */
export function completePragmas(pragmas: Pragmas = {}): ReadonlyMap<string, PragmaValue> {
  const wanted = new Map<string, PragmaValue>(Object.entries(defaultPragmas))
  for (const [name, value] of Object.entries(pragmas)) {
    checkPragma(name, value)
    wanted.set(name.toLowerCase(), value)
  }
  const order = (name: string) => configurable.indexOf(name)
  return new Map([...wanted].sort(([a], [b]) => order(a) - order(b)))
}

function checkPragma(name: string, value: PragmaValue): void {
  if (!configurable.includes(name.toLowerCase())) {
    const near = suggest(name, configurable)
    throw new MigrateError('USAGE', `"${name}" is no pragma that can be configured`, {
      hint: near === undefined ? `Known are ${configurable.join(', ')}` : `Did you mean "${near}"?`,
    })
  }
  const fits = typeof value === 'boolean' || Number.isSafeInteger(value) || /^[\w-]+$/.test(String(value))
  if (!fits || (typeof value === 'number' && !Number.isSafeInteger(value))) {
    throw new MigrateError('USAGE', `The pragma ${name} cannot be set to ${JSON.stringify(value)}`, {
      hint: 'Give a whole number, true or false, or one word such as NORMAL',
    })
  }
}

/** Value of one pragma on this connection. Never cached: SQLite fixes many of them when the text is compiled. */
export function readPragma(handle: BetterSqlite3.Database, name: string): string | number | undefined {
  const value = handle.prepare(`PRAGMA ${name}`).pluck().safeIntegers(false).get()
  return value as string | number | undefined
}

/** Sets one pragma; `name` and `value` have been checked or are our own. */
export function setPragma(handle: BetterSqlite3.Database, name: string, value: PragmaValue): void {
  handle.exec(`PRAGMA ${name} = ${pragmaLiteral(value)}`)
}

function pragmaLiteral(value: PragmaValue): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  // Quoted, because DELETE is a keyword and UTF-8 holds a dash.
  return typeof value === 'number' ? String(value) : `'${value}'`
}

const words: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  synchronous: { off: 0, normal: 1, full: 2, extra: 3 },
  auto_vacuum: { none: 0, full: 1, incremental: 2 },
  temp_store: { default: 0, file: 1, memory: 2 },
  secure_delete: { off: 0, on: 1, fast: 2 },
}

/** Does what SQLite reads back mean what was asked for? `NORMAL` is 1, `on` is 1, `wal` is `WAL`. */
export function samePragma(name: string, asked: PragmaValue, found: string | number | undefined): boolean {
  const written = String(asked).toLowerCase()
  const switches: Readonly<Record<string, number>> = { on: 1, yes: 1, true: 1, off: 0, no: 0, false: 0 }
  const meaning = words[name]?.[written] ?? switches[written] ?? written
  return String(found).toLowerCase() === String(meaning)
}
