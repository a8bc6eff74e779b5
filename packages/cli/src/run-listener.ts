import type { RunEvent } from '@whimbrel/core'
import { eventEntry } from './log/event-entry.ts'
import type { Log } from './log/open-log.ts'
import { Progress } from './render/progress.ts'
import type { Settings } from './settings.ts'
import type { Target } from './target.ts'
import type { Terminal } from './terminal.ts'

/** Hears the events of every database's run: shows people how it goes on, and writes the log. */
export class RunListener {
  readonly #progress: Progress | undefined
  readonly #log: Log

  constructor({ settings, terminal, log }: { settings: Settings; terminal: Terminal; log: Log }) {
    this.#progress = settings.quiet ? undefined : new Progress(terminal)
    this.#log = log
  }

  readonly listen = (target: Target, event: RunEvent): void => {
    if (this.#log !== undefined) {
      this.#progress?.clear()
      this.#log(eventEntry(target.name, event))
    }
    this.#progress?.listen(target, event)
  }

  /** Takes away what is only shown while something goes on. */
  close(): void {
    this.#progress?.clear()
  }
}
