import { MigrateError } from '@whimbrel/core'

/** Refuses an id for several databases at once: each has its own ids. */
export function refuseTargetOfMany(
  given: Record<string, string | undefined>,
  databases: readonly { name: string }[],
): void {
  const [option] = Object.entries(given).find(([, value]) => value !== undefined) ?? []
  if (option === undefined || databases.length === 1) return
  const names = databases.map(({ name }) => name)
  throw new MigrateError(
    'USAGE',
    `${option} names a migration of one database, and ${names.length} are selected`,
    {
      hint: `Add --db with one of ${names.join(', ')}`,
    },
  )
}
