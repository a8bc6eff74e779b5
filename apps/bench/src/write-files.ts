import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GeneratedMigration } from './generate.ts'

/** Writes what `format` gives for each migration, file name to text, into one folder. */
export function writeFiles(
  folder: string,
  migrations: readonly GeneratedMigration[],
  format: (migration: GeneratedMigration) => Readonly<Record<string, string>>,
): void {
  mkdirSync(folder, { recursive: true })
  for (const migration of migrations) {
    for (const [name, text] of Object.entries(format(migration))) writeFileSync(join(folder, name), text)
  }
}
