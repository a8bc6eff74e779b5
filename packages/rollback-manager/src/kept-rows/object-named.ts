import type { SchemaObject } from '@whimbrel/core'

/** The table of this name: as it is written, else in any case. */
export function objectNamed(name: string, objects: readonly SchemaObject[]): SchemaObject | undefined {
  const tables = objects.filter(({ kind }) => kind === 'table')
  const lower = name.toLowerCase()
  return (
    tables.find((table) => table.name === name) ?? tables.find((table) => table.name.toLowerCase() === lower)
  )
}
