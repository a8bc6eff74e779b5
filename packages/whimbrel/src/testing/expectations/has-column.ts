import { describeColumn, type SchemaColumn, usage } from '@whimbrel/core'
import { checkNames } from '../../check-names.ts'
import { schemaOf, type TestedDatabase } from '../tested-database.ts'
import { relationOf } from './has-object.ts'
import { insteadOf, sameName } from './names.ts'
import type { Verdict } from './verdict.ts'

/** What is expected of a column; what is left out may be anything. */
export interface ExpectedColumn {
  /** As declared, in any case: `INTEGER`, `VARCHAR(20)`. */
  readonly type?: string
  readonly notNull?: boolean
  /** SQL of its default as it was written, `'user'` with its quotation marks; null for none. */
  readonly default?: string | null
  /** Part of the primary key. */
  readonly primaryKey?: boolean
  /** Computed from other columns. */
  readonly generated?: boolean
}

const traits = [
  'type',
  'notNull',
  'default',
  'primaryKey',
  'generated',
] as const satisfies (keyof ExpectedColumn)[]

/** Whether a table or view has a column, `users.role`, and it is as expected. */
export function hasColumn(database: TestedDatabase, path: string, expected: ExpectedColumn = {}): Verdict {
  checkNames('an expected column', expected, traits)
  const at = typeof path === 'string' ? path.lastIndexOf('.') : -1
  if (at <= 0) throw usage(`${JSON.stringify(path)} names no column`, 'Write table and column: "users.role"')
  const [table, name] = [path.slice(0, at), path.slice(at + 1)]
  const relation = relationOf(schemaOf(database), table)
  const column = relation.columns.find((each) => sameName(each.name, name))
  if (column === undefined) {
    const names = relation.columns.map((each) => each.name)
    return { holds: false, unmet: insteadOf(name, names, `column of ${relation.name}`), met: '' }
  }
  const found = traitsOf(column)
  const wrong = traits.filter(
    (trait) => expected[trait] !== undefined && !agrees(found[trait], expected[trait]),
  )
  const shown = `The column ${path} is "${describeColumn(column)}"`
  const differences = wrong.map(
    (trait) => `${trait} is ${JSON.stringify(found[trait])}, not ${JSON.stringify(expected[trait])}`,
  )
  return { holds: wrong.length === 0, unmet: `${shown}: ${differences.join('; ')}`, met: shown }
}

function traitsOf(column: SchemaColumn): Required<ExpectedColumn> {
  const { type, notNull, default: value, keyPosition, generated } = column
  return { type, notNull, default: value, primaryKey: keyPosition > 0, generated }
}

function agrees(found: unknown, expected: unknown): boolean {
  // A type is the same in any case; text in a default is not.
  const isType = typeof found === 'string' && typeof expected === 'string' && !/['"]/.test(found)
  return isType ? found.toLowerCase() === expected.toLowerCase() : found === expected
}
