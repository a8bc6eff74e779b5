import { resolve } from 'node:path'
import { MigrateError, suggest } from '@whimbrel/core'
import { quote } from './json-node.ts'
import type { Engine } from './manifest.ts'
import { redactUrl } from './redact-url.ts'

/** Where one database is. */
export interface DatabaseUrl {
  readonly engine: Engine
  /** `sqlite:/absolute/path`, `sqlite::memory:`, or the server's url as written. */
  readonly url: string
  /** The same without a password. */
  readonly displayUrl: string
  /** SQLite only: the absolute file, or `:memory:`. */
  readonly path?: string
}

const schemes: Readonly<Record<string, Engine>> = {
  sqlite: 'sqlite',
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
}

// One letter is a Windows drive, and `:memory:` has nothing before its colon.
const schemeForm = /^([a-z][a-z0-9+.-]+):/i

/**
 * Understands `sqlite:path`, a bare path (SQLite too), `postgres://…`, `postgresql://…`, `mysql://…` and
 * `mariadb://…`. A SQLite path is taken literally (no `%20`) and relative to `baseDirectory`; `sqlite:///x` is
 * the absolute `/x`. Looks at no file.
 *
 * @throws USAGE for an empty text, a folder, or a url that cannot be read
 * @throws DRIVER_UNKNOWN for another engine
 */
export function parseDatabaseUrl(text: string, baseDirectory: string): DatabaseUrl {
  refuseBlank(text)
  const scheme = schemeForm.exec(text)?.[1]
  if (scheme === undefined) return sqliteUrl(text, text, baseDirectory)
  const name = scheme.toLowerCase()
  const engine = Object.hasOwn(schemes, name) ? schemes[name] : undefined
  if (engine === undefined) throw unknownDriver(name)
  if (engine === 'sqlite') return sqliteUrl(text, text.slice(scheme.length + 1), baseDirectory)
  return serverUrl(text, engine)
}

function refuseBlank(text: string): void {
  if (text.trim() === '') {
    throw new MigrateError('USAGE', 'The database url is empty', {
      hint: 'Name a file, sqlite:data/app.db for instance, or a server, postgres://user@host/name',
    })
  }
  if (text !== text.trim() || text.includes('\0')) {
    throw new MigrateError('USAGE', `The database url ${quote(text)} has blanks around it or a NUL in it`, {
      hint: 'Remove the blanks and control characters',
    })
  }
}

function sqliteUrl(text: string, written: string, baseDirectory: string): DatabaseUrl {
  const path = written.replace(/^\/\//, '')
  if (path === ':memory:')
    return { engine: 'sqlite', url: 'sqlite::memory:', displayUrl: 'sqlite::memory:', path }
  if (path === '') {
    throw new MigrateError('USAGE', `The database url ${quote(text)} names no file`, {
      hint: 'Put the file after the colon: sqlite:data/app.db',
    })
  }
  if (/(^|[\\/])\.{0,2}$/.test(path)) {
    throw new MigrateError('USAGE', `The database url ${quote(text)} names a folder, not a file`, {
      hint: `Name the file in it: ${quote(`${text.replace(/[\\/]$/, '')}/app.db`)}`,
    })
  }
  if (path.includes('?')) {
    throw new MigrateError('USAGE', `The database url ${quote(text)} has parameters after a "?"`, {
      hint: 'A SQLite url is a file and nothing else; settings of the connection go under "pragmas"',
    })
  }
  const file = resolve(baseDirectory, path)
  return { engine: 'sqlite', url: `sqlite:${file}`, displayUrl: redactUrl(`sqlite:${file}`), path: file }
}

function serverUrl(text: string, engine: Engine): DatabaseUrl {
  if (/^\w+:\/\/./.test(text) && URL.canParse(text)) return { engine, url: text, displayUrl: redactUrl(text) }
  // Without the parser's error: it carries the whole url, password included.
  throw new MigrateError('USAGE', `The database url ${quote(text)} cannot be read`, {
    hint: `Write ${engine}://user:password@host:port/name, with special characters of the password as %XX`,
  })
}

function unknownDriver(scheme: string): MigrateError {
  const near = scheme === 'file' ? 'sqlite' : suggest(scheme, Object.keys(schemes))
  const form = near === 'sqlite' ? 'sqlite:' : `${near}://`
  return new MigrateError('DRIVER_UNKNOWN', `There is no driver for ${quote(`${scheme}:`)} urls`, {
    hint: `${near === undefined ? '' : `Did you mean ${form}? `}Known: sqlite:, postgres:// and mysql://; a file whose name has a colon is written sqlite:NAME`,
    details: { scheme },
  })
}
