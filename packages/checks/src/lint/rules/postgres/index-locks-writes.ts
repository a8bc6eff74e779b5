import type { LintRule } from '../../lint-rule.ts'
import { keywordOf } from '../../statement-action.ts'
import { existingTable } from './existing-table.ts'

export const indexLocksWrites: LintRule = {
  code: 'INDEX_LOCKS_WRITES',
  title: 'An index is built while nobody may write to the table',
  level: 'warning',
  harm: 'CREATE INDEX, and UNIQUE or PRIMARY KEY added to a table, read all of it first: every INSERT, UPDATE and DELETE waits until the migration is committed.',
  hint: 'Write CREATE INDEX CONCURRENTLY in a migration of its own with the header line "-- Transaction: none"; a constraint then takes it: ADD CONSTRAINT … UNIQUE USING INDEX …',
  ran(statement, rehearsed) {
    const table = existingTable(statement, rehearsed)
    if (table === undefined) return undefined
    const words = statement.tokens.map(keywordOf)
    const { action } = statement
    const isIndex = action.does === 'create' && action.kind === 'index' && !words.includes('CONCURRENTLY')
    const isKey = statement.verb === 'ALTER' && words.includes('ADD') && addsKey(words)
    return isIndex || isKey
      ? { message: `Nobody can write to ${table.name} while its new index is built` }
      : undefined
  },
}

function addsKey(words: readonly string[]): boolean {
  const at = words.findIndex(
    (word, index) => word === 'UNIQUE' || (word === 'PRIMARY' && words[index + 1] === 'KEY'),
  )
  return at !== -1 && !words.includes('USING')
}
