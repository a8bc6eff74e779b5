import type { Applied, KeptSql } from '../model/applied.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Script } from '../model/script.ts'
import type { BegunStatements } from '../plan/plan-retry.ts'
import { tokenChecksum } from '../sql/checksum.ts'
import { toScript } from '../sql/to-script.ts'
import type { LoadedMigrations } from './load-migrations.ts'

/** A migration in doubt with what the database kept of it. */
export interface BegunMigration {
  readonly record: Applied
  readonly kept: KeptSql | undefined
}

/** Statements of what is in doubt: as they were begun, and as the file says now. */
export async function begunStatements(
  begun: readonly BegunMigration[],
  { migrations, scripts, dialect }: Pick<LoadedMigrations, 'migrations' | 'scripts'> & { dialect: Dialect },
): Promise<ReadonlyMap<string, BegunStatements>> {
  const found = new Map<string, BegunStatements>()
  for (const { record, kept } of begun) {
    const { version, direction } = record
    const hasFile = migrations.some((migration) => migration.version === version)
    const file = hasFile ? (await scripts.get(version))[direction] : undefined
    found.set(version, {
      kept: keptStatements(record, { sql: kept?.[direction], dialect }),
      file: file && checksumsOf(file, dialect),
    })
  }
  return found
}

/** Nothing where the text that was kept is not what was begun. */
function keptStatements(
  { direction, checksum, downChecksum }: Applied,
  { sql, dialect }: { sql: string | null | undefined; dialect: Dialect },
): readonly string[] | undefined {
  if (sql == null) return undefined
  if (tokenChecksum(sql, dialect) !== (direction === 'up' ? checksum : downChecksum)) return undefined
  return checksumsOf(toScript(sql, { dialect }), dialect)
}

function checksumsOf({ sql, statements }: Script, dialect: Dialect): readonly string[] {
  return statements.map(({ start, end }) => tokenChecksum(sql.slice(start, end), dialect))
}
