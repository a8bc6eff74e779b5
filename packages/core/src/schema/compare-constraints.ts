import type { Dialect } from '../model/dialect.ts'
import { nameKey } from './fold-name.ts'
import { subjectOf, type TableConstraint } from './table-constraint.ts'

/** What became of one constraint: a side is absent where it is not there. */
export interface ConstraintPair {
  readonly before?: TableConstraint
  readonly after?: TableConstraint
}

/**
 * Constraints that are not the same on both sides. One that was changed is one pair: those of one name belong
 * together, then those about the same columns, then those of the same kind.
 */
export function compareConstraints(
  before: readonly TableConstraint[],
  after: readonly TableConstraint[],
  dialect: Dialect,
): readonly ConstraintPair[] {
  const now = [...after]
  const gone = before.filter(
    (constraint) => take(now, ({ canonical }) => canonical === constraint.canonical) === undefined,
  )
  const pairs: ConstraintPair[] = []
  const nameOf = ({ name }: TableConstraint) => name && nameKey(name, dialect)
  for (const likeness of [nameOf, subjectOf, kindOf]) {
    for (const old of [...gone]) {
      const key = likeness(old)
      const partner = key && take(now, (other) => samePlace(old, other) && likeness(other) === key)
      if (!partner) continue
      gone.splice(gone.indexOf(old), 1)
      pairs.push({ before: old, after: partner })
    }
  }
  return [...gone.map((old) => ({ before: old })), ...pairs, ...now.map((made) => ({ after: made }))]
}

/** Takes the first that fits out of the list. */
function take(
  list: TableConstraint[],
  fits: (constraint: TableConstraint) => boolean,
): TableConstraint | undefined {
  const index = list.findIndex(fits)
  return index === -1 ? undefined : list.splice(index, 1)[0]
}

function samePlace(a: TableConstraint, b: TableConstraint): boolean {
  return a.column === b.column
}

function kindOf({ kind }: TableConstraint): string {
  return kind
}
