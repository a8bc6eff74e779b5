import { type ExpectedColumn, hasColumn } from './expectations/has-column.ts'
import { type ExpectedIndex, hasIndex } from './expectations/has-index.ts'
import { hasObject } from './expectations/has-object.ts'
import { hasApplied, hasPending } from './expectations/has-record.ts'
import { hasRowCount } from './expectations/has-row-count.ts'
import { holdsForeignKeys } from './expectations/holds-foreign-keys.ts'
import { sameSchema } from './expectations/same-schema.ts'
import type { Verdict } from './expectations/verdict.ts'
import type { TestDatabase } from './test-database.ts'
import type { TestedDatabase } from './tested-database.ts'

/** What `expect` can say of a database once it knows the matchers. */
export interface DatabaseMatchers {
  /** A table of this name. */
  toHaveTable(name: string): void
  /** A column, written `users.role`, and what is expected of it. Its table has to be there, with `.not` as well. */
  toHaveColumn(path: string, expected?: ExpectedColumn): void
  /** An index, and what is expected of it. */
  toHaveIndex(name: string, expected?: ExpectedIndex): void
  /** A view of this name. */
  toHaveView(name: string): void
  /** A trigger of this name. */
  toHaveTrigger(name: string): void
  /** A migration by id, version or beginning of its id, which has to exist, with `.not` as well. */
  toHaveApplied(id: string): void
  /** A migration that has no record, by id, version or beginning of its id. */
  toHavePending(id: string): void
  /** Exactly so many rows in a table or view, which has to be there, with `.not` as well. */
  toHaveRowCount(table: string, count: number): void
  /** Every row has the parents that it refers to, enforced or not. */
  toHoldForeignKeys(): void
  /** The same schema as another database; spelling and tracking tables do not count. */
  toMatchSchemaOf(other: TestedDatabase): void
}

interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

type Matchers = {
  readonly [Name in keyof DatabaseMatchers]: (
    database: TestDatabase,
    ...expected: Parameters<DatabaseMatchers[Name]>
  ) => MatcherResult
}

/** For `expect.extend(databaseMatchers)` of Vitest and Jest. */
export const databaseMatchers: Matchers = {
  toHaveTable: (database, name) => resultOf(hasObject('table', database, name)),
  toHaveColumn: (database, path, expected) => resultOf(hasColumn(database, path, expected)),
  toHaveIndex: (database, name, expected) => resultOf(hasIndex(database, name, expected)),
  toHaveView: (database, name) => resultOf(hasObject('view', database, name)),
  toHaveTrigger: (database, name) => resultOf(hasObject('trigger', database, name)),
  toHaveApplied: (database, id) => resultOf(hasApplied(database, id)),
  toHavePending: (database, id) => resultOf(hasPending(database, id)),
  toHaveRowCount: (database, table, count) => resultOf(hasRowCount(database, table, count)),
  toHoldForeignKeys: (database) => resultOf(holdsForeignKeys(database)),
  toMatchSchemaOf: (database, other) => resultOf(sameSchema(database, other)),
}

function resultOf({ holds, unmet, met }: Verdict): MatcherResult {
  return { pass: holds, message: () => (holds ? met : unmet) }
}
