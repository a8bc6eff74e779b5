import { MigrateError, suggest } from '@whimbrel/core'
import { parseDuration } from '@whimbrel/manifest'
import { redactText } from './redact-text.ts'
import type { Terminal } from './terminal.ts'

/** Options that every command takes, as commander hands them over. */
export interface SharedOptions {
  readonly db?: readonly string[]
  readonly env?: string
  readonly manifest?: string
  readonly url?: string
  readonly migrations?: string
  readonly yes?: boolean
  readonly json?: boolean
  readonly lockTimeout?: string
  readonly busyTimeout?: string
  readonly logLevel?: string
  readonly logFormat?: string
  readonly quiet?: boolean
}

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** Shared options after precedence: flag, environment variable, then what the manifest says. */
export interface Settings {
  readonly databases: readonly string[]
  readonly environment: string | undefined
  /** What named the environment: `--env` or WHIMBREL_ENV. */
  readonly environmentFrom: string
  /** What `--manifest` names. */
  readonly manifest: string | undefined
  /** One database without a manifest. */
  readonly single: SingleDatabase | undefined
  readonly json: boolean
  readonly quiet: boolean
  readonly lockTimeoutMs: number | undefined
  readonly busyTimeoutMs: number | undefined
  readonly logLevel: LogLevel
  readonly logFormat: 'pretty' | 'json'
}

/** A database given by flags or environment variables. */
export interface SingleDatabase {
  readonly url: string
  /** What gave the url: `--url`, DATABASE_URL or DATABASE_PATH. */
  readonly urlFrom: string
  readonly migrations: string
}

/** Settles shared options. Throws USAGE, naming the option and where its value came from. */
export function settle(options: SharedOptions, { env }: Terminal): Settings {
  refuseUrl({ '--manifest': options.manifest, WHIMBREL_MANIFEST: env.WHIMBREL_MANIFEST })
  return {
    databases: options.db ?? [],
    environment: options.env ?? nonEmpty(env.WHIMBREL_ENV),
    environmentFrom: options.env === undefined ? 'WHIMBREL_ENV' : '--env',
    manifest: options.manifest,
    single: singleDatabase(options, env),
    json: options.json === true,
    quiet: options.quiet === true,
    lockTimeoutMs: duration(options.lockTimeout, '--lock-timeout'),
    busyTimeoutMs: duration(options.busyTimeout, '--busy-timeout'),
    logLevel: oneOf(logLevels, {
      value: options.logLevel ?? nonEmpty(env.WHIMBREL_LOG_LEVEL) ?? 'silent',
      where: options.logLevel === undefined ? 'WHIMBREL_LOG_LEVEL' : '--log-level',
    }),
    logFormat: oneOf(['pretty', 'json'], { value: options.logFormat ?? 'pretty', where: '--log-format' }),
  }
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

function duration(text: string | undefined, where: string): number | undefined {
  return text === undefined ? undefined : parseDuration(text, where)
}

function oneOf<Value extends string>(
  known: readonly Value[],
  given: { value: string; where: string },
): Value {
  const found = known.find((value) => value === given.value)
  if (found !== undefined) return found
  const near = suggest(given.value, known)
  throw new MigrateError('USAGE', `"${given.value}" is not a value of ${given.where}`, {
    hint:
      near === undefined
        ? `It takes ${known.join(', ')}`
        : `Did you mean "${near}"? It takes ${known.join(', ')}`,
  })
}

/** A database given by flags, or by environment variables where neither flags nor a manifest are given. */
function singleDatabase(options: SharedOptions, env: Terminal['env']): SingleDatabase | undefined {
  const byFlags = options.url !== undefined || options.migrations !== undefined
  if (byFlags) refuseBoth(options)
  else if (options.manifest !== undefined || options.db !== undefined) return undefined
  const url = given({ '--url': options.url, ...databaseVariables(env) })
  const migrations = given({
    '--migrations': options.migrations,
    MIGRATIONS_DIR: nonEmpty(env.MIGRATIONS_DIR),
  })
  if (migrations?.value.trim() === '') throw noFolder(migrations.from)
  if (url !== undefined && migrations !== undefined) {
    if (!byFlags && nonEmpty(env.WHIMBREL_MANIFEST) !== undefined) throw twoPlaces(url, migrations)
    return { url: url.value, urlFrom: url.from, migrations: migrations.value }
  }
  if (!byFlags) return undefined
  throw url === undefined ? withoutUrl() : withoutMigrations()
}

interface Given {
  readonly from: string
  readonly value: string
}

/** The first of several places that says something. */
function given(places: Record<string, string | undefined>): Given | undefined {
  for (const [from, value] of Object.entries(places)) if (value !== undefined) return { from, value }
  return undefined
}

function databaseVariables(env: Terminal['env']): Record<string, string | undefined> {
  return { DATABASE_URL: nonEmpty(env.DATABASE_URL), DATABASE_PATH: nonEmpty(env.DATABASE_PATH) }
}

function noFolder(from: string): MigrateError {
  return new MigrateError('USAGE', `${from} names no folder: its value is empty`, {
    hint: `Give ${from} the folder that holds the migrations`,
  })
}

function withoutUrl(): MigrateError {
  return new MigrateError('USAGE', '--migrations was given without a database', {
    hint: 'Add --url sqlite:path/to/file.db, or leave --migrations out to use the manifest',
  })
}

function withoutMigrations(): MigrateError {
  return new MigrateError('USAGE', '--url was given without a folder of migrations', {
    hint: 'Add --migrations path/to/folder, or leave --url out to use the manifest',
  })
}

/** Which of two databases somebody means must never be a guess. */
function twoPlaces(url: Given, migrations: Given): MigrateError {
  return new MigrateError(
    'USAGE',
    `WHIMBREL_MANIFEST names a manifest, and ${url.from} with ${migrations.from} a single database`,
    { hint: 'Unset one of them, or say which one counts with --manifest or --url' },
  )
}

/** A url is easily given where a file is asked for. */
function refuseUrl(places: Record<string, string | undefined>): void {
  for (const [from, value] of Object.entries(places)) {
    if (value === undefined || !/^[a-z][a-z0-9+.-]+:/i.test(value)) continue
    throw new MigrateError(
      'USAGE',
      `${from} takes the file of a manifest, and ${redactText(value)} is a url`,
      {
        hint: 'Give the url with --url, and its migrations with --migrations',
      },
    )
  }
}

function refuseBoth({ manifest, db }: SharedOptions): void {
  const other = manifest === undefined ? db && '--db' : '--manifest'
  if (other === undefined) return
  throw new MigrateError('USAGE', `--url and ${other} contradict each other`, {
    hint: 'Give --url with --migrations for one database, or --manifest and --db for those of a manifest',
  })
}
