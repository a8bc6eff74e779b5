import type { SchemaColumn } from '@whimbrel/core'

/** What kind of values a column is made for. */
export type ColumnNature = 'integer' | 'real' | 'text' | 'blob' | 'boolean' | 'time' | 'json' | 'any'

/** Told by the declared type, as SQLite derives its affinity, and by what people call such columns. */
export function natureOf({ name, type, default: value }: SchemaColumn): ColumnNature {
  const isTime = /(^|_)(at|on|date|time|timestamp|since|until)$/i.test(name) || /time|date/i.test(value ?? '')
  if (/bool/i.test(type)) return 'boolean'
  if (/json/i.test(type)) return 'json'
  if (/\bpoint|geometr/i.test(type)) return 'blob'
  if (/int/i.test(type) || /serial/i.test(type))
    return /^(is|has|can|was)_/i.test(name) ? 'boolean' : 'integer'
  if (/char|clob|text/i.test(type)) return isTime ? 'time' : 'text'
  if (/blob/i.test(type)) return 'blob'
  if (/real|floa|doub|num|dec/i.test(type)) return 'real'
  if (/date|time/i.test(type)) return 'time'
  return 'any'
}
