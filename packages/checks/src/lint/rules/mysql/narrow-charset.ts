import type { DatabaseSchema, SchemaObject } from '@whimbrel/core'
import type { LintRule, Verdict } from '../../lint-rule.ts'
import { objectOf } from '../../rehearsed-migration.ts'

const narrow = /\b(?:CHARSET=|CHARACTER SET )utf8(?:mb3)?\b/i

export const narrowCharset: LintRule = {
  code: 'NARROW_CHARSET',
  title: 'Text is kept as utf8mb3',
  level: 'warning',
  harm: 'It has no room for characters of four bytes, emoji and rare letters for instance, and refuses them; utf8 means utf8mb3 on most servers. It is on its way out of both.',
  hint: 'Write CHARACTER SET utf8mb4, or nothing where the database has it by default',
  finished({ before, after, statements }) {
    return after.objects.flatMap((table): Verdict[] => {
      const words = narrowParts(table)
      const old = objectOf(before, 'table', table.name)
      const known = old === undefined ? [] : narrowParts(old)
      const added = words.filter((word) => !known.includes(word))
      if (table.kind !== 'table' || added.length === 0) return []
      const name = table.name.toLowerCase()
      const statement = statements.findLast(({ tokens }) =>
        tokens.some(({ value }) => value.toLowerCase() === name),
      )
      return [{ message: `${added.join(', ')} of ${table.name} cannot hold every character`, statement }]
    })
  },
}

/** The table itself, and columns that say so. */
function narrowParts({
  kind,
  options = [],
  columns,
}: DatabaseSchema['objects'][number] & SchemaObject): readonly string[] {
  if (kind !== 'table') return []
  const own = columns.filter(({ definition = '' }) => narrow.test(definition)).map(({ name }) => name)
  return [...(options.some((option) => narrow.test(option)) ? ['Texts'] : []), ...own]
}
