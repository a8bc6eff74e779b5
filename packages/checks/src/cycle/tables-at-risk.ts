import type { DatabaseSchema, Migration, SchemaObject, ScriptFacts } from '@whimbrel/core'

const writing = ['INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'DROP']

/**
 * Ordinary tables whose rows scripts can change: those they name, and all of them where triggers or enforced foreign
 * keys carry a change further.
 */
export function tablesAtRisk(
  { objects }: DatabaseSchema,
  scripts: readonly ScriptFacts[],
  { foreignKeys }: Pick<Migration, 'foreignKeys'>,
): readonly SchemaObject[] {
  const isNamed = (name: string) => scripts.some(({ names }) => names.has(name.toLowerCase()))
  const tables = objects.filter(({ kind, storage }) => kind === 'table' && storage === 'ordinary')
  const writes = scripts.some(({ keywords }) => writing.some((word) => keywords.has(word)))
  const carries = objects.some(({ kind, table }) => kind === 'trigger' && isNamed(table))
  return writes && (carries || foreignKeys) ? tables : tables.filter(({ name }) => isNamed(name))
}
