import { type CheckReport, checkMigrations } from '@whimbrel/checks'
import { MigrateError, usage } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { checkNames } from '../check-names.ts'
import { sourceOptionNames, type TestMigrations, testSource } from './test-source.ts'

/** Options of `fullCycle`. */
export type FullCycleOptions = TestMigrations & {
  /** How many rows are made up for each new table; default 3. */
  readonly rows?: number
}

/**
 * Applies every migration to a database in memory, takes it back and applies it again, with rows in its tables. Rejects
 * when a down leaves a table, column, index, trigger or view behind, or loses or changes one, or rows: the message
 * names the migration and the object, for each finding, and `details.findings` holds them all. The code is that of
 * the first: DOWN_LEAVES, DOWN_LOSES, DOWN_CHANGES, DOWN_CHANGES_ROWS, UP_FAILS, DOWN_FAILS, UP_FAILS_AGAIN,
 * UP_DIFFERS, LEAVES_BROKEN, or REASON_MISSING. Also throws USAGE, and what `up` throws for wrong files.
 */
export async function fullCycle(options: FullCycleOptions): Promise<CheckReport> {
  checkNames('fullCycle', options, [...sourceOptionNames, 'rows'])
  const { rows } = options
  if (rows !== undefined && (!Number.isSafeInteger(rows) || rows < 1))
    throw usage(`${rows} is no number of rows`, 'Give "rows" a whole number, 1 or more')
  const { source, environment, name, others, tracker } = await testSource(options)
  const report = await checkMigrations({
    driver: sqliteDriver({ path: ':memory:' }),
    source,
    environment,
    name,
    others,
    protectedTables: tracker.tables,
    rows,
  })
  const findings = report.migrations.flatMap((migration) => migration.findings)
  const [first] = findings
  if (first === undefined) return report
  throw new MigrateError(first.code, findings.map(({ message }) => message).join('\n'), {
    hint: findings.map(({ hint }) => hint).join('\n'),
    details: { ...first.details, migration: first.migration, findings },
  })
}
