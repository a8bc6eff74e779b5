import type { Session } from '@whimbrel/core'
import { driverOf, serverOf } from '../engines/server-database.ts'
import type { ServerDatabase } from '../release/release-job.ts'

const sessions: Readonly<Record<ServerDatabase['engine'], string>> = {
  postgres: 'SELECT pid AS id FROM pg_stat_activity WHERE datname = $1 ORDER BY backend_start',
  mysql: 'SELECT id FROM information_schema.processlist WHERE db = ? ORDER BY id',
}

/** Looks at the sessions of one database from outside of it, and ends them. */
export class ServerObserver {
  readonly #place: ServerDatabase
  readonly #session: Session

  static async of(place: ServerDatabase): Promise<ServerObserver> {
    return new ServerObserver(place, await driverOf(serverOf(place.engine)).session('write'))
  }

  private constructor(place: ServerDatabase, session: Session) {
    this.#place = place
    this.#session = session
  }

  /** Ends some sessions of the database: the oldest, which holds the lock, the newest, which works, or all. */
  async cut(which: 'oldest' | 'newest' | 'all'): Promise<number> {
    const found = await this.#sessions()
    const chosen = which === 'all' ? found : found.slice(...(which === 'oldest' ? [0, 1] : [-1]))
    for (const id of chosen) {
      if (this.#place.engine === 'postgres')
        await this.#session.query('SELECT pg_terminate_backend($1)', [id])
      // It may have ended by itself a moment ago.
      else await this.#session.execute(`KILL CONNECTION ${id}`).catch(() => undefined)
    }
    return chosen.length
  }

  /** False where after ten seconds somebody is still at work in the database. */
  async quiet(): Promise<boolean> {
    const began = performance.now()
    while ((await this.#sessions()).length > 0) {
      if (performance.now() - began > 10_000) return false
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return true
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  async #sessions(): Promise<readonly number[]> {
    const name = new URL(this.#place.url).pathname.slice(1)
    const rows = await this.#session.query<{ id: number | bigint }>(sessions[this.#place.engine], [name])
    return rows.map(({ id }) => Number(id))
  }
}
