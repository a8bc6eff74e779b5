import type { SchemaObject } from '@whimbrel/core'

/** Whether names in lower case hold that of an object, with or without its schema. */
export function isNamed({ name }: Pick<SchemaObject, 'name'>, names: ReadonlySet<string>): boolean {
  const lower = name.toLowerCase()
  return names.has(lower) || names.has(lower.slice(lower.lastIndexOf('.') + 1))
}
