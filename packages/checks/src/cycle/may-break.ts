import type { DatabaseSchema, ScriptFacts } from '@whimbrel/core'

const telling = ['DROP', 'RENAME', 'PRAGMA']

/**
 * May a script leave a view, a trigger or the rows of a rebuilt table broken? While the schema is the same nothing can,
 * and a table that no view and no trigger mentions breaks none of them. Rows without a parent are watched in every run.
 */
export function mayBreak(
  before: DatabaseSchema,
  after: DatabaseSchema,
  { keywords }: Pick<ScriptFacts, 'keywords'>,
): boolean {
  if (before === after) return false
  if (telling.some((word) => keywords.has(word))) return true
  const known = new Set(before.objects)
  const news = after.objects.filter((object) => !known.has(object))
  if (news.some(({ kind }) => kind === 'view' || kind === 'trigger')) return true
  const names = news.map(({ table }) => table.toLowerCase())
  return after.objects.some(
    ({ kind, sql }) =>
      (kind === 'view' || kind === 'trigger') && names.some((name) => sql.toLowerCase().includes(name)),
  )
}
