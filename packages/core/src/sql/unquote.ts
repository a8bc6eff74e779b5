import type { Dialect } from '../model/dialect.ts'
import { lexisTables } from './lexis-tables.ts'

/** The name that a token stands for: without its quotation marks where it has any. */
export function unquote(token: string, dialect: Dialect): string {
  const quotation = lexisTables(dialect.lexis).quotations.get(token.charCodeAt(0))
  if (quotation === undefined || !token.endsWith(quotation.close) || token.length < 2) return token
  const inside = token.slice(1, -1)
  return quotation.doubled ? inside.replaceAll(quotation.close + quotation.close, quotation.close) : inside
}
