import { interrupted, MigrateError, type StopSignal } from '@whimbrel/core'
import { type NewFile, runProgram } from '@whimbrel/core/process'
import type { DatabaseObject } from './database-objects.ts'
import { type SectionName, type Sections, sectionNames, sectionsLine } from './script-sections.ts'

export interface DumpOptions {
  /** Absolute path of mariadb-dump or mysqldump. */
  readonly program: string
  readonly isMariaDb: boolean
  /** The argument that says how to connect. */
  readonly connect: string
  readonly database: string
  /** As shown to people. */
  readonly location: string
  /** What there is. */
  readonly objects: readonly DatabaseObject[]
  /** Tables of our own that are no part of the database. */
  readonly except: readonly string[]
  readonly signal?: StopSignal | undefined
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** Appends all sections to a file, and where they begin. Throws BACKUP_FAILED, DATABASE_BUSY, INTERRUPTED. */
export async function dumpDatabase(file: NewFile, options: DumpOptions): Promise<void> {
  const starts: Record<string, number> = {}
  for (const section of sectionNames) {
    starts[section] = file.bytes
    const args = argumentsOf(section, options)
    if (args === undefined) continue
    await dump(args, { ...options, output: (chunks) => file.append(chunks, options.onBytes) })
  }
  await file.append([sectionsLine({ ...starts, end: file.bytes } as Sections)])
}

/** A script that makes the triggers and events again that a database has now. */
export async function dumpTriggersAndEvents(options: DumpOptions): Promise<Buffer> {
  const parts: Uint8Array[] = []
  const output = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) parts.push(chunk)
  }
  const ignored = ignoredTables(options).map((name) => `--ignore-table=${options.database}.${name}`)
  const args = ['--no-data', '--no-create-info', '--triggers', '--events', ...ignored, options.database]
  await dump(args, { ...options, output })
  return Buffer.concat(parts)
}

async function dump(
  args: readonly string[],
  options: DumpOptions & { readonly output: (chunks: AsyncIterable<Uint8Array>) => Promise<unknown> },
): Promise<void> {
  const { program, isMariaDb, connect, location, signal, output } = options
  const always = [
    connect,
    '--single-transaction',
    '--hex-blob',
    '--no-tablespaces',
    '--default-character-set=utf8mb4',
    '--max-allowed-packet=1073741824',
    '--skip-dump-date',
    ...(isMariaDb ? [] : ['--set-gtid-purged=OFF', '--loose-column-statistics=0']),
  ]
  const { ok, stopped, complaint } = await runProgram({
    path: program,
    args: [...always, ...args],
    env: { ...process.env, LC_ALL: 'C' },
    signal,
    output,
  })
  if (stopped) throw interrupted(`${location} was copied`)
  if (!ok) throw dumpFailed(location, complaint)
}

/** The arguments for a section, undefined where it is empty. Views would be made of tables in the same run. */
function argumentsOf(section: SectionName, options: DumpOptions): readonly string[] | undefined {
  const { database, objects } = options
  const views = viewsOf(objects)
  const ignored = ignoredTables(options).map((name) => `--ignore-table=${database}.${name}`)
  if (section === 'tables') return ['--skip-triggers', ...ignored, database]
  if (section === 'definitions')
    return ['--no-data', '--no-create-info', '--triggers', '--routines', ...ignored, database]
  if (section === 'views')
    return views.length === 0 ? undefined : ['--no-data', '--skip-triggers', database, ...views]
  const hasEvents = objects.some(({ kind }) => kind === 'EVENT')
  const only = ['--no-data', '--no-create-info', '--skip-triggers', '--events']
  return hasEvents ? [...only, ...ignored, database] : undefined
}

function viewsOf(objects: readonly DatabaseObject[]): readonly string[] {
  return objects.filter(({ kind }) => kind === 'VIEW').map(({ name }) => name)
}

function ignoredTables({ objects, except }: DumpOptions): readonly string[] {
  return [...viewsOf(objects), ...except]
}

function dumpFailed(location: string, complaint: string): MigrateError {
  if (/\b1205\b|lock wait timeout/i.test(complaint)) {
    return new MigrateError(
      'DATABASE_BUSY',
      `${location} is in use, so that it cannot be copied: ${complaint}`,
      {
        hint: 'Find the transaction that holds the lock in information_schema.innodb_trx and let it finish',
      },
    )
  }
  return new MigrateError('BACKUP_FAILED', `${location} could not be copied: ${complaint}`, {
    hint: 'The user has to be able to read everything in the database: SELECT, SHOW VIEW, TRIGGER, EVENT',
  })
}
