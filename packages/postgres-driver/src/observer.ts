import type { Connection } from './connection.ts'

export interface ObserverOptions {
  /** A connection of the driver that is idle anyway, undefined where there is none. */
  readonly idle: () => Connection | undefined
  readonly open: () => Promise<Connection>
}

/** A second connection, for what can only be seen while the first one waits; made when it is needed. */
export class Observer {
  readonly #options: ObserverOptions
  #own: Promise<Connection> | undefined

  constructor(options: ObserverOptions) {
    this.#options = options
  }

  async connection(): Promise<Connection> {
    const idle = this.#options.idle()
    if (idle !== undefined) return idle
    this.#own ??= this.#options.open()
    const own = await this.#own.catch((error) => {
      this.#own = undefined
      throw error
    })
    return own
  }

  async close(): Promise<void> {
    const own = await this.#own?.catch(() => undefined)
    await own?.close()
  }
}
