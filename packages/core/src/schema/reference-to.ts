import type { Dialect } from '../model/dialect.ts'
import { quoteName } from '../sql/quote-name.ts'
import type { SchemaObject } from './database-schema.ts'

/** The name of an object as it stands in SQL. */
export function referenceTo(
  { name, reference }: Pick<SchemaObject, 'name' | 'reference'>,
  dialect: Pick<Dialect, 'lexis'>,
): string {
  return reference ?? quoteName(name, dialect)
}
