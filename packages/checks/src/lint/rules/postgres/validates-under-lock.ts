import type { LintRule } from '../../lint-rule.ts'
import type { RehearsedMigration } from '../../rehearsed-migration.ts'
import { keywordOf } from '../../statement-action.ts'
import { existingTable } from './existing-table.ts'

export const validatesUnderLock: LintRule = {
  code: 'VALIDATES_UNDER_LOCK',
  title: 'A new rule is checked against every row while the table is locked',
  level: 'warning',
  harm: 'ADD FOREIGN KEY, ADD CHECK and SET NOT NULL read the whole table first; a foreign key stops writes to both tables meanwhile, the others stop reads, too.',
  hint: 'Write ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later migration, which locks nobody out; SET NOT NULL reads nothing where a valid CHECK (column IS NOT NULL) is there already',
  ran(statement, rehearsed) {
    const table = existingTable(statement, rehearsed)
    if (table === undefined || statement.verb !== 'ALTER') return undefined
    const words = statement.tokens.map(keywordOf)
    const text = ` ${words.join(' ')} `
    const isRule =
      text.includes(' ADD ') &&
      / (?:CHECK|FOREIGN KEY|REFERENCES) /.test(text) &&
      !text.includes(' NOT VALID ')
    const notNull = notNullColumn(statement.tokens, words)
    const isNotNull = notNull !== undefined && !isChecked(notNull, table.name, rehearsed)
    if (!isRule && !isNotNull) return undefined
    return { message: `All rows of ${table.name} are looked at while it is locked` }
  },
}

/** The column behind ALTER COLUMN … SET NOT NULL. */
function notNullColumn(
  tokens: readonly { readonly value: string }[],
  words: readonly string[],
): string | undefined {
  const at = words.findIndex(
    (word, index) => word === 'SET' && words[index + 1] === 'NOT' && words[index + 2] === 'NULL',
  )
  return at === -1 ? undefined : tokens[at - 1]?.value
}

/** The server knows already that no row is without a value. */
function isChecked(column: string, table: string, { before }: RehearsedMigration): boolean {
  const rule = `CHECK (("${column}" IS NOT NULL))`.toLowerCase()
  return before.objects.some(
    (object) =>
      object.kind === 'constraint' &&
      object.table === table &&
      [rule, rule.replaceAll('"', '')].some((text) => object.sql.toLowerCase().endsWith(text)),
  )
}
