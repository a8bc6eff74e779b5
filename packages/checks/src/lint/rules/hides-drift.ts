import type { LintRule } from '../lint-rule.ts'
import { sameName } from '../rehearsed-migration.ts'

export const hidesDrift: LintRule = {
  code: 'HIDES_DRIFT',
  title: 'IF EXISTS or IF NOT EXISTS hides that something is different',
  level: 'note',
  harm: 'A migration runs once, on a schema that is known. IF NOT EXISTS takes any table of that name for the right one, IF EXISTS a misspelt name for one that is gone, and the next migration fails or works on something else.',
  hint: 'Leave the words out: the statement then fails where the schema is not what it should be. Look for differences with "whimbrel drift"',
  ran(statement, { idle, statements }) {
    const { action } = statement
    if ((action.does !== 'create' && action.does !== 'drop') || !action.lenient) return undefined
    const { kind, name, does } = action
    if (!idle.has(statement))
      return {
        message: `It would say nothing if the ${kind} ${name} were ${does === 'create' ? 'there' : 'gone'} already`,
      }
    const state = does === 'create' ? 'is there already, whatever it looks like' : 'is not there'
    const isMadeNext =
      does === 'drop' &&
      statements.some(({ action: next }) => next.does === 'create' && sameName(next.name, name))
    return {
      ...(isMadeNext ? {} : { level: 'warning' as const }),
      message: `It does nothing: the ${kind} ${name} ${state}`,
    }
  },
}
