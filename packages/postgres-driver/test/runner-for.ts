import { mkdir, writeFile } from 'node:fs/promises'
import { type Driver, MigrationRunner, type MigrationRunnerOptions } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import type { TemporaryDirectory } from '@whimbrel/testing'
import { type SqlVersionTrackerOptions, sqlVersionTracker } from '@whimbrel/version-tracker'

export interface RunnerFor extends Partial<Omit<MigrationRunnerOptions, 'driver'>> {
  readonly driver: Driver
  readonly directory: TemporaryDirectory
  /** Ups by id, or whole files where they have both parts. */
  readonly files: Readonly<Record<string, string>>
  readonly tables?: SqlVersionTrackerOptions
}

/** A runner over files that are written first. */
export async function runnerFor({
  driver,
  directory,
  files,
  tables,
  ...options
}: RunnerFor): Promise<MigrationRunner> {
  const folder = directory.file('migrations')
  await mkdir(folder, { recursive: true })
  for (const [id, text] of Object.entries(files)) await writeFile(`${folder}/${id}.sql`, asFile(text))
  return new MigrationRunner({
    driver,
    tracker: sqlVersionTracker({ dialect: 'postgres', ...tables }),
    source: folderSource({ directory: folder }),
    ...options,
  })
}

function asFile(text: string): string {
  if (text.includes('=== UP MIGRATION')) return text
  const header = /^(?:-- [A-Z][\w-]+: .*\n)*/.exec(text)?.[0] ?? ''
  return `${header}-- === UP MIGRATION ===\n${text.slice(header.length)}\n-- === DOWN MIGRATION ===\n`
}
