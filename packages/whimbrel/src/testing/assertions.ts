import { type ExpectedColumn, hasColumn } from './expectations/has-column.ts'
import { type ExpectedIndex, hasIndex } from './expectations/has-index.ts'
import { hasObject } from './expectations/has-object.ts'
import { hasApplied, hasPending } from './expectations/has-record.ts'
import { hasRowCount } from './expectations/has-row-count.ts'
import { holdsForeignKeys } from './expectations/holds-foreign-keys.ts'
import { sameSchema } from './expectations/same-schema.ts'
import type { Verdict } from './expectations/verdict.ts'
import type { TestDatabase } from './test-database.ts'
import { assertionFailed, type TestedDatabase } from './tested-database.ts'

// Each throws ASSERTION_FAILED at once: there is nothing to await, and so nothing that a test could forget to.

/** There is a table of this name. */
export function assertTable(database: TestedDatabase, name: string): void {
  confirm(hasObject('table', database, name))
}

/** There is no table of this name. */
export function assertNoTable(database: TestedDatabase, name: string): void {
  refute(hasObject('table', database, name))
}

/** A table or view has this column, written `users.role`, and it is as expected. */
export function assertColumn(database: TestedDatabase, path: string, expected?: ExpectedColumn): void {
  confirm(hasColumn(database, path, expected))
}

/** A table or view is there and has no such column, written `users.role`. */
export function assertNoColumn(database: TestedDatabase, path: string): void {
  refute(hasColumn(database, path))
}

/** There is an index of this name, and it is as expected. */
export function assertIndex(database: TestedDatabase, name: string, expected?: ExpectedIndex): void {
  confirm(hasIndex(database, name, expected))
}

/** There is no index of this name. */
export function assertNoIndex(database: TestedDatabase, name: string): void {
  refute(hasIndex(database, name))
}

/** There is a view of this name. */
export function assertView(database: TestedDatabase, name: string): void {
  confirm(hasObject('view', database, name))
}

/** There is no view of this name. */
export function assertNoView(database: TestedDatabase, name: string): void {
  refute(hasObject('view', database, name))
}

/** There is a trigger of this name. */
export function assertTrigger(database: TestedDatabase, name: string): void {
  confirm(hasObject('trigger', database, name))
}

/** There is no trigger of this name. */
export function assertNoTrigger(database: TestedDatabase, name: string): void {
  refute(hasObject('trigger', database, name))
}

/** A migration, given by id, version or beginning of its id, is applied and not in doubt. Throws MIGRATION_UNKNOWN. */
export function assertApplied(database: TestDatabase, id: string): void {
  confirm(hasApplied(database, id))
}

/** A migration, given by id, version or beginning of its id, has no record. Throws MIGRATION_UNKNOWN. */
export function assertPending(database: TestDatabase, id: string): void {
  confirm(hasPending(database, id))
}

/** A table or view has exactly so many rows. */
export function assertRowCount(database: TestedDatabase, table: string, count: number): void {
  confirm(hasRowCount(database, table, count))
}

/** Every row has the parents that it refers to, whether foreign keys are enforced or not. */
export function assertForeignKeysHold(database: TestedDatabase): void {
  confirm(holdsForeignKeys(database))
}

/** A database has the same schema as another one; spelling and the tracking tables do not count. */
export function assertSchemaEqual(actual: TestedDatabase, expected: TestedDatabase): void {
  confirm(sameSchema(actual, expected))
}

function confirm({ holds, unmet }: Verdict): void {
  if (!holds) throw assertionFailed(unmet)
}

function refute({ holds, met }: Verdict): void {
  if (holds) throw assertionFailed(met)
}
