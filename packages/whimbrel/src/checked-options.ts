import { basename, extname } from 'node:path'
import { checkHooks, type Hooks, usage } from '@whimbrel/core'
import { parseDuration } from '@whimbrel/manifest'
import { checkNames } from './check-names.ts'
import { didYouMean } from './did-you-mean.ts'
import type { MigrateOptions, Mode } from './start-options.ts'

/** Options of a call, checked, with the defaults that do not depend on a manifest. */
export interface CheckedOptions extends MigrateOptions {
  readonly mode: Mode
  readonly directory: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly lockTimeoutMs: number | undefined
  readonly hookTimeoutMs: number | undefined
  readonly application: string
}

const modes = ['migrate', 'check', 'baseline'] as const satisfies readonly Mode[]

const placeNames = [
  'manifest',
  'bundle',
  'url',
  'migrations',
  'directory',
  'environment',
  'env',
  'databases',
  'sources',
] as const satisfies readonly (keyof MigrateOptions)[]

const migrateNames = [
  ...placeNames,
  'mode',
  'baseline',
  'hooks',
  'onEvent',
  'signal',
  'lockTimeout',
  'hookTimeout',
  'allowDataLoss',
  'consent',
  'application',
] as const satisfies readonly (keyof MigrateOptions)[]

const texts = ['manifest', 'url', 'directory', 'environment', 'application'] as const
const switches = ['allowDataLoss', 'consent'] as const
const functions = ['onEvent'] as const

/** Checks the options of a call that changes databases. Throws USAGE before anything is read. */
export function checkedOptions(call: string, options: MigrateOptions): CheckedOptions {
  checkNames(call, options, migrateNames)
  return withDefaults(call, options)
}

/** The same for a call about one database, which is named elsewhere. */
export function checkedDatabaseOptions(
  call: string,
  {
    name,
    options,
  }: { readonly name: string | undefined; readonly options: Omit<MigrateOptions, 'databases'> },
): CheckedOptions {
  checkNames(
    call,
    options,
    migrateNames.filter((known) => known !== 'databases'),
  )
  return withDefaults(call, { ...options, databases: name === undefined ? undefined : [name] })
}

/** The same for a call that only looks. */
export function checkedPlace(call: string, options: MigrateOptions): CheckedOptions {
  checkNames(call, options, placeNames)
  return withDefaults(call, options)
}

function withDefaults(call: string, options: MigrateOptions): CheckedOptions {
  checkTypes(call, options)
  checkPlace(options)
  const { mode = 'migrate', env = process.env } = options
  checkMode(mode, options)
  if (options.hooks !== undefined) checkHooks(options.hooks as Hooks)
  return {
    ...options,
    mode,
    env,
    directory: options.directory ?? process.cwd(),
    environment: options.environment ?? (env.WHIMBREL_ENV || undefined),
    lockTimeoutMs: timeoutOf('lockTimeout', options),
    hookTimeoutMs: timeoutOf('hookTimeout', options),
    application: options.application ?? programName(),
  }
}

function checkTypes(call: string, options: MigrateOptions): void {
  const expect = (names: readonly (keyof MigrateOptions)[], type: string, what: string) => {
    for (const name of names) {
      const value = options[name]
      if (value === undefined || typeof value === type) continue
      throw usage(`The option "${name}" of ${call} is not ${what}`, `Give it ${what}, or leave it out`)
    }
  }
  expect(texts, 'string', 'a text')
  expect(switches, 'boolean', 'true or false')
  expect(functions, 'function', 'a function')
  const { databases, signal } = options
  if (signal !== undefined && typeof (signal as { aborted?: unknown } | null)?.aborted !== 'boolean')
    throw usage(
      `The option "signal" of ${call} is not an AbortSignal`,
      'Give it new AbortController().signal',
    )
  if (databases === undefined) return
  if (
    !Array.isArray(databases) ||
    databases.length === 0 ||
    databases.some((name) => typeof name !== 'string')
  )
    throw usage(
      `The option "databases" of ${call} is not a list of names`,
      "Give it at least one name, such as ['settings'], or leave it out for all databases",
    )
}

/** The databases are in one place, and never a guess. */
function checkPlace(options: MigrateOptions): void {
  const { url, migrations } = options
  const given = (names: readonly (keyof MigrateOptions)[]) =>
    names.filter((name) => options[name] !== undefined)
  const [one, other] =
    given(['url', 'migrations']).length > 0
      ? [given(['url', 'migrations'])[0], given(['manifest', 'bundle', 'databases', 'sources'])[0]]
      : given(['manifest', 'bundle'])
  if (one !== undefined && other !== undefined)
    throw usage(
      `"${one}" and "${other}" contradict each other`,
      'Give "manifest", or "bundle", or "url" with "migrations" for one database; with none of them a manifest is looked for',
    )
  if (url === undefined && migrations === undefined) return
  if (url === undefined)
    throw usage(
      '"migrations" was given without "url"',
      'Say where the database is: url: "sqlite:data/notes.db"',
    )
  if (typeof migrations === 'string' || typeof migrations?.list === 'function') return
  throw usage(
    '"url" was given without "migrations"',
    'Give "migrations" the folder of its migrations, or another source of them',
  )
}

function checkMode(mode: unknown, { baseline }: MigrateOptions): void {
  if (typeof mode !== 'string' || !(modes as readonly string[]).includes(mode))
    throw usage(`There is no mode "${mode}"`, didYouMean(String(mode), modes))
  if (mode === 'baseline') checkBaseline(baseline)
  else if (baseline !== undefined)
    throw usage(`"baseline" was given for the mode ${mode}`, 'Add mode: "baseline", or leave "baseline" out')
}

function checkBaseline(baseline: unknown): void {
  const hint = `Give it "latest", or an id for each database: { settings: "003" }`
  if (baseline === undefined) throw usage('The mode baseline needs to know up to which migration', hint)
  if (baseline === 'latest') return
  const isRecord = typeof baseline === 'object' && baseline !== null && !Array.isArray(baseline)
  const ids: readonly unknown[] = isRecord ? Object.values(baseline) : []
  if (ids.length > 0 && ids.every((id) => typeof id === 'string' && id !== '')) return
  throw usage('"baseline" does not say up to which migration', hint)
}

function timeoutOf(name: 'lockTimeout' | 'hookTimeout', options: MigrateOptions): number | undefined {
  const timeout: unknown = options[name]
  if (timeout === undefined) return undefined
  if (typeof timeout === 'string') return parseDuration(timeout, `"${name}"`)
  if (Number.isSafeInteger(timeout) && Number(timeout) >= 0 && Number(timeout) <= 0x7fffffff)
    return Number(timeout)
  throw usage(
    `"${name}" is ${timeout}, which is no time to wait`,
    'Give a whole number of milliseconds, or a duration such as "30s"',
  )
}

/** The script that runs, as `ps` would show it. */
function programName(): string {
  const [, script = ''] = process.argv
  return basename(script, extname(script)) || 'an application'
}
