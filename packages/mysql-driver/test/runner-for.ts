import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { type Driver, MigrateError, MigrationRunner, type MigrationRunnerOptions } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { sqlVersionTracker } from '@whimbrel/version-tracker'

/** The text of a migration file. */
export function migrationFile(up: string, down = '', header = ''): string {
  return `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`
}

export interface RunnerPlace {
  readonly driver: Driver
  readonly directory: string
  /** Texts of files by their ids; what was there before goes. Left out: what is there stays. */
  readonly files?: Readonly<Record<string, string>>
}

/** A runner over a folder with these files. */
export async function runnerFor(
  { driver, directory, files }: RunnerPlace,
  options: Partial<MigrationRunnerOptions> = {},
): Promise<MigrationRunner> {
  if (files !== undefined) {
    await mkdir(directory, { recursive: true })
    for (const name of await readdir(directory)) await rm(`${directory}/${name}`)
    for (const [id, text] of Object.entries(files)) await writeFile(`${directory}/${id}.sql`, text)
  }
  return new MigrationRunner({
    driver,
    tracker: sqlVersionTracker({ dialect: 'mysql' }),
    source: folderSource({ directory }),
    ...options,
  })
}

/** The error that work ends with. */
export async function errorOf(work: Promise<unknown>): Promise<MigrateError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!MigrateError.is(error)) throw new Error(`No MigrateError: ${String(error)}`)
  return error
}
