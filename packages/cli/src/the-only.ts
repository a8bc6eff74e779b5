import { MigrateError } from '@whimbrel/core'

/** The one selected database of a command that is about one. Throws USAGE where several are. */
export function theOnly<Target extends { readonly name: string }>(
  selected: readonly Target[],
  command: string,
): Target {
  const [target] = selected
  if (target !== undefined && selected.length === 1) return target
  throw new MigrateError('USAGE', `${command} is about one database, and ${selected.length} are selected`, {
    hint: `Add --db with one of ${selected.map(({ name }) => name).join(', ')}`,
  })
}
