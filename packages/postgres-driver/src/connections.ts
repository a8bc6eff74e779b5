import type { CheckedOptions } from './driver-options.ts'
import { connect, type Greeting, greet, type OpenedConnection, type OpenOptions } from './open-connection.ts'

/** How long an idle connection is kept for the next one who wants to read, in milliseconds. */
const KEPT_MS = 3_000

export interface Opened extends OpenedConnection {
  /** What `also` gave. */
  readonly also: string | undefined
  /**
   * Gives it back. `isUntouched`: only statements of our own ran, which leave a connection as it was; what others ran may
   * have changed anything.
   */
  end(use?: { readonly isUntouched?: boolean }): Promise<void>
}

interface Kept {
  readonly opened: OpenedConnection
  readonly isUntouched: boolean
  readonly statementTimeoutMs: number
  readonly timer: NodeJS.Timeout
}

/**
 * Connections to one database. One that has read is kept for a moment: connecting costs more round trips than all that
 * a command asks. One that writes never is: a statement outside a transaction, or a hook, may have changed it, and who
 * comes next relies on a new one.
 */
export class Connections {
  readonly #options: CheckedOptions
  #kept: Kept | undefined

  constructor(options: CheckedOptions) {
    this.#options = options
  }

  async open(
    mode: 'read' | 'write',
    { statementTimeoutMs = this.#options.statementTimeoutMs, ...wanted }: OpenOptions & TimeLimit = {},
  ): Promise<Opened> {
    const options = { ...this.#options, statementTimeoutMs }
    const greeting = { options, mode, ...wanted }
    const opened = (mode === 'read' && (await this.#again(greeting))) || (await this.#connected(greeting))
    const end: Opened['end'] = ({ isUntouched = false } = {}) =>
      mode === 'read' ? this.#keep(opened, { isUntouched, statementTimeoutMs }) : opened.connection.close()
    return { ...opened, end }
  }

  /** Ends the one that is kept. */
  async close(): Promise<void> {
    await this.#take()?.opened.connection.close()
  }

  async #connected(greeting: Greeting): Promise<OpenedConnection & { also: string | undefined }> {
    const connection = await connect(greeting.options)
    return greet(connection, greeting)
  }

  /** The one that is kept, as good as new; undefined where there is none, or it cannot be used any more. */
  async #again(greeting: Greeting) {
    const kept = this.#take()
    if (kept === undefined) return undefined
    const { isUntouched, opened, statementTimeoutMs } = kept
    const { connection, backend } = opened
    try {
      if (isUntouched && statementTimeoutMs === greeting.options.statementTimeoutMs) {
        if (greeting.also === undefined) return { ...opened, also: undefined }
        const [row] = await connection.run<{ also: string | null }>(`SELECT (${greeting.also})::text AS also`)
        return { ...opened, also: row?.also ?? undefined }
      }
      // Travels in front of the greeting: as its first statement it is in no transaction.
      connection.defer(['DISCARD ALL'])
      const greeted = await greet(connection, greeting)
      if (greeted.backend === backend) return greeted
    } catch {
      // Whatever is wrong with it, a new connection tells.
    }
    await connection.close()
    return undefined
  }

  async #keep(
    { connection, ...rest }: OpenedConnection,
    { isUntouched, statementTimeoutMs }: Pick<Kept, 'isUntouched' | 'statementTimeoutMs'>,
  ): Promise<void> {
    const isBetter = this.#kept === undefined || (isUntouched && !this.#kept.isUntouched)
    if (!isBetter || !connection.isIdle) return connection.close()
    const before = this.#take()
    const opened = { ...rest, connection: connection.handOver() }
    // Neither keeps a process from its end.
    const timer = setTimeout(() => void this.close(), KEPT_MS).unref()
    this.#kept = { opened, isUntouched, statementTimeoutMs, timer }
    await before?.opened.connection.close()
  }

  #take(): Kept | undefined {
    const kept = this.#kept
    this.#kept = undefined
    if (kept === undefined) return undefined
    clearTimeout(kept.timer)
    kept.opened.connection.hold()
    return kept
  }
}

interface TimeLimit {
  /** Other than that of the options. */
  readonly statementTimeoutMs?: number
}
