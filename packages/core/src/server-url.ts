import { checkOptionNames, usage } from './usage.ts'

/** How the URLs of one engine are written. */
export interface ServerUrlForm {
  /** As people call it: `PostgreSQL`. */
  readonly engine: string
  /** What a URL may begin with, without the colon; the first one is usual. */
  readonly schemes: readonly [string, ...string[]]
  /** Where a server listens where nobody says. */
  readonly port: number
  /** Parameters behind the question mark. */
  readonly parameters: readonly string[]
}

/** What every URL of a server says. */
export interface ServerUrl {
  /** `localhost` where there is none. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string | undefined
  readonly password: string | undefined
  /** A parameter, undefined where it is absent or empty. */
  readonly parameter: (name: string) => string | undefined
}

const encode = 'Write special characters of user and password percent-encoded: @ as %40, / as %2F, # as %23'

/**
 * Takes the URL of a server apart. Throws USAGE, and never repeats the text: it may hold a password at an unexpected
 * place.
 */
export function readServerUrl(text: unknown, form: ServerUrlForm): ServerUrl {
  const url = asUrl(text, form)
  const { searchParams } = url
  checkOptionNames('The URL of the database', searchParams.keys(), form.parameters)
  return {
    host: decoded(url.hostname).replace(/^\[|\]$/g, '') || 'localhost',
    port: url.port === '' ? form.port : Number(url.port),
    database: databaseOf(url, form),
    user: decoded(url.username) || undefined,
    password: decoded(url.password) || undefined,
    parameter: (name) => searchParams.get(name) || undefined,
  }
}

function asUrl(text: unknown, { engine, schemes, port }: ServerUrlForm): URL {
  if (typeof text !== 'string' || text === '') {
    throw usage('There is no URL of a database', `Give "url" as ${schemes[0]}://user@host:${port}/database`)
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw usage('The URL of the database cannot be read', encode)
  if (!schemes.includes(url.protocol.slice(0, -1))) {
    throw usage(`${url.protocol} is not the protocol of ${engine}`, `Begin the URL with ${schemes[0]}://`)
  }
  if (url.hash !== '') throw usage('The URL of the database has a # in it', encode)
  return url
}

function databaseOf({ pathname }: URL, { schemes }: ServerUrlForm): string {
  if (pathname.slice(1).includes('/') || pathname.includes('@')) {
    throw usage('The URL of the database has a / or an @ behind its host', encode)
  }
  const name = decoded(pathname.slice(1))
  if (name === '') {
    throw usage('The URL names no database', `Put its name at the end: ${schemes[0]}://host/name`)
  }
  return name
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw usage('The URL of the database has a % that encodes nothing', 'Write % itself as %25')
  }
}
