import type { RunEvent } from '@whimbrel/core'
import type { BackupProgress } from '@whimbrel/rollback-manager'
import { eventEntry } from './log/event-entry.ts'
import type { Log } from './log/open-log.ts'
import { BackupProgressBar } from './render/backup-progress.ts'
import { Progress } from './render/progress.ts'
import type { Settings } from './settings.ts'
import type { Target } from './target.ts'
import type { Terminal } from './terminal.ts'

/** Hears the events of every database's run: shows people how it goes on, and writes the log. */
export class RunListener {
  readonly #progress: Progress | undefined
  readonly #log: Log
  readonly #terminal: Terminal
  #bar: BackupProgressBar | undefined

  constructor({ settings, terminal, log }: { settings: Settings; terminal: Terminal; log: Log }) {
    this.#progress = settings.quiet ? undefined : new Progress(terminal)
    this.#log = log
    this.#terminal = terminal
  }

  /** Hears how a backup or a restore goes on. */
  readonly backup = ({ name }: Target, progress: BackupProgress): void => {
    if (this.#progress === undefined) return
    this.#bar ??= new BackupProgressBar(this.#terminal, name)
    this.#bar.listen(progress)
  }

  readonly listen = (target: Target, event: RunEvent): void => {
    this.#endBackup()
    if (this.#log !== undefined) {
      this.#progress?.clear()
      this.#log(eventEntry(target.name, event))
    }
    this.#progress?.listen(target, event)
  }

  /** Takes away what is only shown while something goes on. */
  close(): void {
    this.#endBackup()
    this.#progress?.clear()
  }

  #endBackup(): void {
    this.#bar?.clear()
    this.#bar = undefined
  }
}
