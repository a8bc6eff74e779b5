import type { DatabaseSchema } from '@whimbrel/core'

/** A table that holds no rows of its own: a full-text index over another table, which can be built again. */
export function isDerivedTable({ objects }: DatabaseSchema, table: string): boolean {
  const object = objects.find(({ kind, name }) => kind === 'table' && name === table)
  return object?.storage === 'virtual' && /[(,]\s*content\s*=/i.test(object.sql)
}
