import { MigrateError, type SqlValue } from '@whimbrel/core'

/** What may hold a question mark that is none: names, strings, comments. */
const parts =
  /`(?:[^`]|``)*`|'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|\/\*[\s\S]*?\*\/|--(?=\s).*|#.*|\?/g

/**
 * The statement with a literal for each `?`. The protocol of prepared statements would do without, but it refuses some
 * statements and turns every number into a floating-point value.
 */
export function bindParameters(sql: string, params: readonly SqlValue[] = []): string {
  if (params.length === 0) return sql
  let used = 0
  const text = sql.replace(parts, (part) => {
    if (part !== '?') return part
    used += 1
    return literal(params[used - 1] ?? null)
  })
  if (used === params.length) return text
  throw new MigrateError('USAGE', `The statement has ${used} parameters, and ${params.length} were given`, {
    hint: 'Give one value for each ? outside of strings, names and comments',
  })
}

function literal(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return text(value)
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value)
  if (Number.isFinite(value)) return value.toExponential()
  throw new MigrateError('USAGE', `${value} is no number that the engine has`, {
    hint: 'Give NULL or a text',
  })
}

/** What sql_mode says of backslashes must not matter. */
function text(value: string): string {
  if (!value.includes('\\')) return `'${value.replaceAll("'", "''")}'`
  return `_utf8mb4 x'${Buffer.from(value).toString('hex')}'`
}
