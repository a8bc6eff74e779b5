import type { Session } from '@whimbrel/core'

type Work = (session: Session) => Promise<void>

/**
 * A scratch database that can be brought back to what it was. Where the engine undoes schema changes with their
 * transaction that is all it takes; elsewhere another one is opened, and what was kept is done again.
 */
export class ScratchPlace {
  readonly #open: () => Promise<Session>
  readonly #kept: Work[] = []
  #session: Session

  private constructor(open: () => Promise<Session>, session: Session) {
    this.#open = open
    this.#session = session
  }

  static async open(open: () => Promise<Session>): Promise<ScratchPlace> {
    return new ScratchPlace(open, await open())
  }

  /** Another one after `restore`. */
  get session(): Session {
    return this.#session
  }

  /** Does something that stays. */
  async keep(work: Work): Promise<void> {
    await work(this.#session)
    this.note(work)
  }

  /** Something that was done and stays, and how to do it again. */
  note(work: Work): void {
    if (!this.#undoes) this.#kept.push(work)
  }

  /** Undoes what a transaction that failed may have left. True where the session is another one now. */
  async restore(): Promise<boolean> {
    if (this.#undoes) return false
    await this.#session.close()
    this.#session = await this.#open()
    for (const work of this.#kept) await work(this.#session)
    return true
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  get #undoes(): boolean {
    return this.#session.capabilities.transactionalDdl
  }
}
