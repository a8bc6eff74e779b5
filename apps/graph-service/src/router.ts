import type { Databases, Place } from './databases.ts'
import { healthOf } from './health.ts'
import { NodeSearch } from './node-search.ts'
import { SettingStore } from './setting-store.ts'

/** An answer: its body is sent as JSON. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Answers one GET request. */
export type Router = (url: URL) => Answer | Promise<Answer>

/** The routes of the service over its open databases. */
export function routerOf(databases: Databases, place: Place): Router {
  const nodes = new NodeSearch(databases.knowledge_graph)
  const settings = new SettingStore(databases.settings)
  return async ({ pathname, searchParams }) => {
    if (pathname === '/health') {
      const health = await healthOf(place)
      return { status: health.ok ? 200 : 503, body: health }
    }
    if (pathname === '/nodes') return nodesAnswer(nodes, searchParams.get('search'))
    const [, key] = /^\/settings\/([^/]+)$/.exec(pathname) ?? []
    if (key !== undefined) return settingAnswer(settings, key)
    return failure(404, `There is no ${pathname}; there are /health, /nodes?search=WORDS and /settings/KEY`)
  }
}

function nodesAnswer(nodes: NodeSearch, search: string | null): Answer {
  if (search === null || search.trim() === '')
    return failure(400, 'Say what to look for: /nodes?search=WORDS')
  return { status: 200, body: { nodes: nodes.find(search) } }
}

function settingAnswer(settings: SettingStore, encoded: string): Answer {
  const key = decoded(encoded)
  if (key === undefined) return failure(400, `${encoded} is not a key: % begins two hexadecimal digits`)
  const setting = settings.find(key)
  return setting === undefined ? failure(404, `There is no setting "${key}"`) : { status: 200, body: setting }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** An answer that says what is wrong. */
export function failure(status: number, error: string): Answer {
  return { status, body: { error } }
}
