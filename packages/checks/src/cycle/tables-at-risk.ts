import type { DatabaseSchema, Migration, SchemaObject, ScriptFacts } from '@whimbrel/core'
import { isNamed } from './is-named.ts'

const writing = ['INSERT', 'UPDATE', 'DELETE', 'REPLACE']

/** Both directions of a migration, by what their texts say. */
export interface Directions {
  readonly up: ScriptFacts
  readonly down: ScriptFacts
}

/**
 * Ordinary tables whose rows can differ after up and down although their schema is the same: those that the scripts
 * name, and all of them where triggers or enforced foreign keys carry a change further.
 */
export function tablesAtRisk(
  { objects }: DatabaseSchema,
  { up, down }: Directions,
  { foreignKeys }: Pick<Migration, 'foreignKeys'>,
): readonly SchemaObject[] {
  const writes = [up, down].some(({ keywords }) => writing.some((word) => keywords.has(word)))
  if (!writes && !losesValues(up) && !addsAgain(down)) return []
  const named = new Set([...up.names, ...down.names])
  const tables = objects.filter(({ kind, storage }) => kind === 'table' && storage === 'ordinary')
  const carries = objects.some(({ kind, table }) => kind === 'trigger' && isNamed({ name: table }, named))
  const spreads = writes || losesValues(up)
  return spreads && (carries || foreignKeys) ? tables : tables.filter((table) => isNamed(table, named))
}

/** What an up drops, a down can make anew, without its values. */
function losesValues({ keywords }: ScriptFacts): boolean {
  return keywords.has('DROP') || keywords.has('RENAME')
}

/** A down that drops and makes in one go can lose values by itself. */
function addsAgain({ keywords, names }: ScriptFacts): boolean {
  return losesValues({ keywords, names }) && (names.has('add') || names.has('create') || names.has('to'))
}
