import { MigrateError } from '@whimbrel/core'

/** Refuses `--sql` without `--dry-run`: who wants to read the statements does not expect them to be run. */
export function refuseSqlAlone(
  { sql, dryRun }: { readonly sql?: boolean; readonly dryRun?: boolean },
  command: string,
): void {
  if (sql !== true || dryRun === true) return
  throw new MigrateError('USAGE', '--sql prints what a dry run would execute, and --dry-run was not given', {
    hint: `Add --dry-run to see the statements of ${command}, or leave --sql out to run them`,
  })
}
