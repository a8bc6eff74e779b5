import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { atPlace, type Engine, type Place, servers } from './engine.ts'

type ServerEngine = Exclude<Engine, 'sqlite'>

/** Databases on servers for one test file: making one takes longer than most tests, so that each serves several. */
export class DatabasePool {
  readonly #servers: Readonly<Record<ServerEngine, string>>
  readonly #all: Place[] = []
  readonly #free: Place[] = []

  constructor(others: Partial<Readonly<Record<ServerEngine, string>>> = {}) {
    this.#servers = { ...servers, ...others }
  }

  /** An empty database: a new file in a folder, or one on a server that nobody has now. */
  async take(
    engine: Engine,
    { folder, name }: { readonly folder: string; readonly name: string },
  ): Promise<Place> {
    if (engine === 'sqlite') return { engine, url: join(folder, `${name}.db`) }
    const free = this.#free.findIndex((place) => place.engine === engine)
    if (free >= 0) return this.#free.splice(free, 1)[0] as Place
    const database = `whimbrel_${randomBytes(6).toString('hex')}`
    const url = new URL(this.#servers[engine])
    await atPlace({ engine, url: url.href }, `CREATE DATABASE ${database}`)
    url.pathname = `/${database}`
    const place = { engine, url: url.href }
    this.#all.push(place)
    return place
  }

  async give(place: Place): Promise<void> {
    if (place.engine === 'sqlite') return
    if (place.engine === 'postgres') {
      await this.#atServer(
        place,
        (name) => `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`,
      )
      await atPlace(place, 'DROP SCHEMA public CASCADE')
      await atPlace(place, 'CREATE SCHEMA public')
    } else {
      await this.#atServer(place, (name) => `DROP DATABASE ${name}`)
      await this.#atServer(place, (name) => `CREATE DATABASE ${name}`)
    }
    this.#free.push(place)
  }

  /** Drops all of them, whoever is connected. */
  async end(): Promise<void> {
    for (const place of this.#all.splice(0)) {
      const force = place.engine === 'postgres' ? ' WITH (FORCE)' : ''
      await this.#atServer(place, (name) => `DROP DATABASE IF EXISTS ${name}${force}`)
    }
  }

  async #atServer({ engine, url }: Place, sql: (name: string) => string): Promise<void> {
    const server = this.#servers[engine as ServerEngine]
    await atPlace({ engine, url: server }, sql(new URL(url).pathname.slice(1)))
  }
}
