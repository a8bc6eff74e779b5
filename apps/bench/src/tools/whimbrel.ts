import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MigrationRunner, type MigrationRunnerOptions } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { rollback, rollbackVerifier } from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { asSingleFile } from '../single-file.ts'
import type { BenchTool, Counts, Operation, Place } from '../tool.ts'
import { whimbrelCommand, whimbrelVersion } from '../whimbrel-command.ts'
import { writeFiles } from '../write-files.ts'

const commands: Readonly<Record<Operation, readonly string[]>> = {
  apply: ['up'],
  noop: ['up'],
  status: ['status', '--json'],
  rollback: ['down', '--allow-data-loss', '--steps'],
}

/** whimbrel: the command as a process, the packages in process. */
export const tool: BenchTool = {
  name: 'whimbrel',
  version: whimbrelVersion(),
  setup:
    'The command as built in this workspace, with a manifest of one database, and `MigrationRunner` in process, all defaults but the journal mode: one transaction with a savepoint per migration, a lock, checksums of every file, checks before each commit, `synchronous=EXTRA` during the run.',
  recordedSql: 'SELECT count(*) FROM schema_migrations',
  operations: ['apply', 'noop', 'status', 'rollback'],
  prepare(place, migrations) {
    writeFiles(place.migrations, migrations, asSingleFile)
    writeFileSync(join(place.directory, 'whimbrel.json'), manifestOf(place))
  },
  library: {
    async apply(place) {
      await withRunner(place, {}, (runner) => runner.up())
    },
    async status(place) {
      const { applied, plan } = await withRunner(place, {}, (runner) => runner.status())
      return { applied: applied.length, pending: plan.steps.length }
    },
    async rollback(place, steps) {
      const options = { verifier: rollbackVerifier() }
      await withRunner(place, options, (runner) => runner.run(...rollback({ steps })))
    },
  },
  command(operation, _place, steps) {
    return whimbrelCommand(...commands[operation], ...(operation === 'rollback' ? [String(steps)] : []))
  },
  readCounts(output) {
    const { databases }: { databases: readonly { applied: unknown[]; pending: unknown[] }[] } =
      JSON.parse(output)
    const [database] = databases
    return { applied: database?.applied.length ?? 0, pending: database?.pending.length ?? 0 } satisfies Counts
  },
}

export async function withRunner<T>(
  place: Place,
  options: Partial<MigrationRunnerOptions>,
  work: (runner: MigrationRunner) => Promise<T>,
): Promise<T> {
  const driver = sqliteDriver({ path: place.database, pragmas: { journal_mode: place.journal } })
  const source = folderSource({ directory: place.migrations })
  try {
    return await work(new MigrationRunner({ driver, source, tracker: sqlVersionTracker(), ...options }))
  } finally {
    await driver.close()
  }
}

function manifestOf({ journal }: Place): string {
  const app = { url: 'sqlite:app.db', migrations: 'migrations', pragmas: { journal_mode: journal } }
  return JSON.stringify({ databases: { app } }, null, 2)
}
