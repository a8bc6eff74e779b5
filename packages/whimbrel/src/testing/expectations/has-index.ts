import { checkNames } from '../../check-names.ts'
import { handleOf, schemaOf, type TestedDatabase } from '../tested-database.ts'
import { hasObject } from './has-object.ts'
import { sameName } from './names.ts'
import type { Verdict } from './verdict.ts'

/** What is expected of an index; what is left out may be anything. */
export interface ExpectedIndex {
  /** The table it is on. */
  readonly table?: string
  /** Its columns in order; one that is an expression is `<expression>`. */
  readonly columns?: readonly string[]
  readonly unique?: boolean
}

const traits = ['table', 'columns', 'unique'] as const satisfies (keyof ExpectedIndex)[]

/** Whether there is an index, and it is as expected. */
export function hasIndex(database: TestedDatabase, name: string, expected: ExpectedIndex = {}): Verdict {
  checkNames('an expected index', expected, traits)
  const there = hasObject('index', database, name)
  if (!there.holds) return there
  const found = traitsOf(database, name)
  const wrong = traits.filter(
    (trait) => expected[trait] !== undefined && !agrees(found[trait], expected[trait]),
  )
  const differences = wrong.map(
    (trait) => `${trait} is ${JSON.stringify(found[trait])}, not ${JSON.stringify(expected[trait])}`,
  )
  return {
    holds: wrong.length === 0,
    unmet: `The index "${name}" is not as expected: ${differences.join('; ')}`,
    met: there.met,
  }
}

function traitsOf(database: TestedDatabase, name: string): Required<ExpectedIndex> {
  const handle = handleOf(database)
  const index = schemaOf(database).objects.find((each) => each.kind === 'index' && sameName(each.name, name))
  const table = index?.table ?? ''
  const columns = handle
    .prepare("SELECT coalesce(name, '<expression>') FROM pragma_index_info(?) ORDER BY seqno")
    .pluck()
  const unique = handle
    .prepare('SELECT "unique" FROM pragma_index_list(?) WHERE name = ? COLLATE NOCASE')
    .pluck()
  return { table, columns: columns.all(name) as string[], unique: Number(unique.get(table, name)) === 1 }
}

function agrees(found: unknown, expected: unknown): boolean {
  return JSON.stringify(found).toLowerCase() === JSON.stringify(expected).toLowerCase()
}
