import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Submittable } from 'pg'

/** What pg hands to a query of one's own. */
interface Wire {
  readonly stream: Writable
  query(sql: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(reason: string): void
}

/** `COPY … FROM STDIN` with rows as the server reads them, as a query of pg. */
export class CopyIn implements Submittable {
  readonly done: Promise<void>
  readonly #sql: string
  readonly #rows: AsyncIterable<Uint8Array>
  #resolve: () => void = () => undefined
  #reject: (error: unknown) => void = () => undefined
  #failure: { readonly error: unknown } | undefined

  constructor(sql: string, rows: AsyncIterable<Uint8Array>) {
    this.#sql = sql
    this.#rows = rows
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: unknown): void {
    ;(connection as Wire).query(this.#sql)
  }

  handleCopyInResponse(connection: Wire): void {
    void this.#send(connection)
  }

  handleCommandComplete(): void {}

  /** What went wrong here comes before what the server says of it. */
  handleError(error: unknown): void {
    this.#failure ??= { error }
    this.#reject(this.#failure.error)
  }

  handleReadyForQuery(): void {
    if (this.#failure === undefined) this.#resolve()
    else this.#reject(this.#failure.error)
  }

  async #send(wire: Wire): Promise<void> {
    try {
      for await (const chunk of this.#rows) {
        if (this.#failure !== undefined) return
        wire.sendCopyFromChunk(chunk)
        if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain')
      }
      wire.endCopyFrom()
    } catch (error) {
      this.#failure ??= { error }
      wire.sendCopyFail('the rows end too early')
    }
  }
}
