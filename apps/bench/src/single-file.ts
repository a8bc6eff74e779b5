import { asScript, type GeneratedMigration } from './generate.ts'

/** The line between the two directions in whimbrel's own format. */
export const downMarker = '-- === DOWN MIGRATION ==='

/** One migration in whimbrel's own format, which the raw loop reads too, so that both read the same bytes. */
export function asSingleFile({ stem, up, down }: GeneratedMigration): Readonly<Record<string, string>> {
  return { [`${stem}.sql`]: `-- === UP MIGRATION ===\n${asScript(up)}\n${downMarker}\n${asScript(down)}` }
}
