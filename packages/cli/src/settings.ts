import { MigrateError, suggest } from '@whimbrel/core'
import { parseDuration } from '@whimbrel/manifest'
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
  readonly manifest: string | undefined
  /** One database without a manifest. */
  readonly single: { readonly url: string; readonly migrations: string } | undefined
  readonly json: boolean
  readonly quiet: boolean
  readonly lockTimeoutMs: number | undefined
  readonly busyTimeoutMs: number | undefined
  readonly logLevel: LogLevel
  readonly logFormat: 'pretty' | 'json'
}

/** Settles shared options. Throws USAGE, naming the option and where its value came from. */
export function settle(options: SharedOptions, { env }: Terminal): Settings {
  return {
    databases: options.db ?? [],
    environment: options.env ?? nonEmpty(env.WHIMBREL_ENV),
    manifest: options.manifest ?? nonEmpty(env.WHIMBREL_MANIFEST),
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
function singleDatabase(options: SharedOptions, env: Terminal['env']): Settings['single'] {
  const { url, migrations } = options
  if (url !== undefined || migrations !== undefined) {
    refuseBoth(options)
    return complete({
      url: url ?? fromEnvironment(env).url,
      migrations: migrations ?? fromEnvironment(env).migrations,
    })
  }
  if (options.manifest !== undefined || options.db !== undefined) return undefined
  const given = fromEnvironment(env)
  return given.url === undefined || given.migrations === undefined ? undefined : complete(given)
}

interface Given {
  readonly url: string | undefined
  readonly migrations: string | undefined
}

function fromEnvironment(env: Terminal['env']): Given {
  return {
    url: nonEmpty(env.DATABASE_URL) ?? nonEmpty(env.DATABASE_PATH),
    migrations: nonEmpty(env.MIGRATIONS_DIR),
  }
}

function complete({ url, migrations }: Given): NonNullable<Settings['single']> {
  if (url !== undefined && migrations !== undefined) return { url, migrations }
  throw url === undefined
    ? new MigrateError('USAGE', '--migrations was given without a database', {
        hint: 'Add --url sqlite:path/to/file.db, or leave --migrations out to use the manifest',
      })
    : new MigrateError('USAGE', '--url was given without a folder of migrations', {
        hint: 'Add --migrations path/to/folder, or leave --url out to use the manifest',
      })
}

function refuseBoth({ manifest, db }: SharedOptions): void {
  const other = manifest === undefined ? db && '--db' : '--manifest'
  if (other === undefined) return
  throw new MigrateError('USAGE', `--url and ${other} contradict each other`, {
    hint: 'Give --url with --migrations for one database, or --manifest and --db for those of a manifest',
  })
}
