import { resolve } from 'node:path'
import { MigrateError, suggest } from '@whimbrel/core'
import { readBackup } from './backup-settings.ts'
import type { DatabaseSettings } from './database-settings.ts'
import { type DatabaseUrl, parseDatabaseUrl } from './database-url.ts'
import { durationForm, readDuration } from './duration.ts'
import { quote } from './json-node.ts'
import { type DatabaseEntry, type Engine, layouts, type PragmaValue, transactionModes } from './manifest.ts'
import { defaultPragmas, type PragmaRule, pragmaForm, pragmaRules, pragmaValue } from './pragmas.ts'

/** What holds for a database where nobody says otherwise, by engine. */
export function defaultsFor(engine: Engine) {
  return {
    layout: 'single-file',
    table: 'schema_migrations',
    pragmas: engine === 'sqlite' ? defaultPragmas : {},
  } as const
}

/**
 * One database with its defaults, its paths absolute. What is wrong is reported to the settings; undefined where
 * that leaves no url or no migrations.
 */
export function resolveDatabase(settings: DatabaseSettings, directory: string): DatabaseEntry | undefined {
  const place = readPlace(settings, directory)
  const migrations = readFolders(settings, directory)
  const defaults = defaultsFor(place?.engine ?? 'sqlite')
  const schema = settings.text('schema')
  const transaction = settings.choice('transaction', transactionModes)
  const entry = {
    layout: settings.choice('layout', layouts) ?? defaults.layout,
    table: settings.text('table') ?? defaults.table,
    pragmas: { ...defaults.pragmas, ...readPragmas(settings, place?.engine) },
    driftIgnore: settings.texts('drift.ignore'),
    ...(transaction !== undefined && { transaction }),
    ...readTimeouts(settings),
    ...readServer(settings, place?.engine),
    ...(schema !== undefined && { schema: resolve(directory, schema) }),
  }
  if (place === undefined || migrations === undefined) return undefined
  const backup = readBackup(settings, { directory, place, migrations })
  return { name: settings.name, ...place, migrations, ...entry, ...(backup && { backup }) }
}

/** Absolute folders of the migrations; undefined where what is written was reported. */
function readFolders(settings: DatabaseSettings, directory: string): DatabaseEntry['migrations'] | undefined {
  const folders = settings.oneOrMore('migrations').map((written) => resolve(directory, written))
  const twice = folders.find((folder, index) => folders.indexOf(folder) < index)
  if (twice !== undefined) {
    settings.report('migrations', {
      text: `names the folder ${quote(twice)} twice`,
      hint: 'Name each folder once',
    })
  }
  const [first, ...more] = folders
  return first === undefined ? undefined : [first, ...more]
}

function readPlace(settings: DatabaseSettings, directory: string): DatabaseUrl | undefined {
  const url = settings.text('url')
  if (url === undefined) return undefined
  try {
    return parseDatabaseUrl(url, directory)
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    const code = error.code === 'USAGE' ? 'MANIFEST_INVALID' : error.code
    settings.report('url', { code, text: `cannot be used: ${inSentence(error.message)}`, hint: error.hint })
    return undefined
  }
}

function inSentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}

function readTimeouts(settings: DatabaseSettings): Pick<DatabaseEntry, 'lockTimeoutMs'> {
  const lockTimeoutMs = readTime(settings, 'lockTimeout')
  return lockTimeoutMs === undefined ? {} : { lockTimeoutMs }
}

/** What only a server has. */
function readServer(settings: DatabaseSettings, engine: Engine | undefined): ServerSettings {
  refuseKeys(settings, engine)
  const busyTimeoutMs = readTime(settings, 'busyTimeout')
  const statementTimeoutMs = readTime(settings, 'statementTimeout')
  const trackingSchema = settings.text('trackingSchema')
  const searchPath = settings.oneOrMore('searchPath')
  return {
    ...(busyTimeoutMs !== undefined && { busyTimeoutMs }),
    ...(statementTimeoutMs !== undefined && { statementTimeoutMs }),
    ...(trackingSchema !== undefined && { trackingSchema }),
    ...(searchPath.length > 0 && { searchPath }),
  }
}

type ServerSettings = Pick<
  DatabaseEntry,
  'busyTimeoutMs' | 'statementTimeoutMs' | 'trackingSchema' | 'searchPath'
>

/** Keys that mean nothing for some engines, with what to do there. */
const keysOfEngines: readonly {
  readonly key: string
  readonly engines: readonly Engine[]
  readonly hint: string
}[] = [
  {
    key: 'busyTimeout',
    engines: ['postgres', 'mysql'],
    hint: 'Write "pragmas": { "busy_timeout": 5000 } there',
  },
  { key: 'statementTimeout', engines: ['postgres', 'mysql'], hint: 'Remove it: nothing else uses the file' },
  {
    key: 'trackingSchema',
    engines: ['postgres'],
    hint: 'Remove it: only PostgreSQL has schemas in a database',
  },
  { key: 'searchPath', engines: ['postgres'], hint: 'Remove it: only PostgreSQL has schemas in a database' },
]

function refuseKeys(settings: DatabaseSettings, engine: Engine | undefined): void {
  if (engine === undefined) return
  for (const { key, engines, hint } of keysOfEngines) {
    if (settings.node(key) === undefined || engines.includes(engine)) continue
    const text = `is for ${engines.join(' and ')}, and ${quote(settings.name)} is ${engine}`
    settings.report(key, { text, hint })
  }
}

function readTime(settings: DatabaseSettings, key: string): number | undefined {
  const text = settings.text(key)
  const milliseconds = text === undefined ? undefined : readDuration(text)
  if (text !== undefined && milliseconds === undefined) {
    settings.report(key, {
      text: `is ${quote(text)}, which is not a duration`,
      hint: `Write ${durationForm}; the longest is 24 days`,
    })
  }
  return milliseconds
}

function readPragmas(
  settings: DatabaseSettings,
  engine: Engine | undefined,
): Readonly<Record<string, PragmaValue>> {
  if (engine !== undefined && engine !== 'sqlite') {
    const hint = 'Remove them, or put them where the url is a SQLite file'
    settings.report('pragmas', { text: `is for SQLite, and ${quote(settings.name)} is ${engine}`, hint })
    return {}
  }
  return Object.fromEntries(
    settings.inner('pragmas').flatMap((pragma) => {
      const value = readPragma(settings, pragma)
      return value === undefined ? [] : [[pragma, value]]
    }),
  )
}

function readPragma(settings: DatabaseSettings, pragma: string): PragmaValue | undefined {
  const key = `pragmas.${pragma}`
  const written = settings.value(key)
  const rule = Object.hasOwn(pragmaRules, pragma) ? pragmaRules[pragma] : undefined
  if (written === undefined || rule === undefined) return undefined
  const value = pragmaValue(rule, written)
  if (value === undefined) {
    const shown = typeof written === 'string' ? quote(written) : written
    const near = Array.isArray(rule.accepts) ? suggest(String(written), rule.accepts) : undefined
    settings.report(key, {
      text: `is ${shown}; it must be ${pragmaForm(rule)}`,
      hint: near === undefined ? pragmaHint(rule) : `Did you mean ${quote(near)}?`,
    })
  }
  return value
}

function pragmaHint(rule: PragmaRule): string {
  if (rule.accepts === 'number') return 'Write digits without a unit, or remove the pragma'
  return 'Write one of these, or remove the pragma'
}
