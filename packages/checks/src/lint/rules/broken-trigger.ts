import type { LintRule } from '../lint-rule.ts'

export const brokenTrigger: LintRule = {
  code: 'BROKEN_TRIGGER',
  title: 'A trigger no longer compiles',
  level: 'error',
  harm: 'SQLite keeps a trigger whose tables or columns are gone, and every write that fires it fails from then on.',
  hint: 'Drop the trigger in the same migration and create it again for the new schema',
  broken({ kind, object, message }) {
    if (kind !== 'trigger') return undefined
    return { message: `The trigger ${object} does not compile afterwards: ${message}` }
  },
}
