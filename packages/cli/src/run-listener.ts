import type { RunEvent } from '@whimbrel/core'
import type { RecoveryReport, ReleaseEvent } from '@whimbrel/orchestrator'
import type { BackupProgress } from '@whimbrel/rollback-manager'
import { eventEntry } from './log/event-entry.ts'
import type { Log } from './log/open-log.ts'
import { releaseEntry } from './log/release-entry.ts'
import { recoveryOutput } from './release-output.ts'
import { BackupProgressBar } from './render/backup-progress.ts'
import { Progress } from './render/progress.ts'
import { renderRecovery } from './render/render-recovery.ts'
import { styleOf } from './render/style.ts'
import { RunningNotes } from './running-notes.ts'
import type { Settings } from './settings.ts'
import type { Target } from './target.ts'
import type { Terminal } from './terminal.ts'

/** Hears the events of every database's run: shows people how it goes on, and writes the log. */
export class RunListener {
  readonly #progress: Progress | undefined
  readonly #log: Log
  readonly #settings: Settings
  readonly #terminal: Terminal
  readonly #tellsRecoveries: boolean
  readonly #running: RunningNotes | undefined
  readonly #untold: RecoveryReport[] = []
  #bar: BackupProgressBar | undefined

  constructor(
    { settings, terminal, log }: { settings: Settings; terminal: Terminal; log: Log },
    { tellsRecoveries = true }: { readonly tellsRecoveries?: boolean } = {},
  ) {
    this.#progress = settings.quiet ? undefined : new Progress(terminal)
    this.#log = log
    this.#settings = settings
    this.#tellsRecoveries = tellsRecoveries && !settings.quiet
    this.#terminal = terminal
    this.#running = terminal.running && new RunningNotes(terminal.running)
  }

  /** Hears how a backup or a restore goes on. */
  readonly backup = ({ name }: Target, progress: BackupProgress): void => {
    if (this.#progress === undefined) return
    this.#bar ??= new BackupProgressBar(this.#terminal, name)
    this.#bar.listen(progress)
  }

  readonly listen = (target: Target, event: RunEvent): void => {
    this.#endBackup()
    this.#running?.listen(target.name, event)
    if (this.#log !== undefined) {
      this.#progress?.clear()
      this.#log(eventEntry(target.name, event))
    }
    this.#progress?.listen(target, event)
  }

  /** Hears what concerns all databases of a run. */
  readonly release = (event: Exclude<ReleaseEvent, { database: string }>): void => {
    this.#endBackup()
    this.#progress?.clear()
    this.#running?.release(event)
    if (event.type !== 'release-started' || event.plan.parts.length > 1)
      this.#log?.(releaseEntry(event, this.#settings))
    if (event.type !== 'recovery-finished') return
    if (this.#tellsRecoveries) this.#tell([event.report])
    else this.#untold.push(event.report)
  }

  /** Tells of recoveries that nobody has told of, because what they were part of has failed. */
  tellRecoveries(): void {
    this.#tell(this.#untold.splice(0))
  }

  /** Takes away what is only shown while something goes on. */
  close(): void {
    this.#endBackup()
    this.#running?.end()
    this.#progress?.clear()
  }

  #tell(reports: readonly RecoveryReport[]): void {
    const recovered = reports.map((report) => recoveryOutput(report, this.#settings))
    const text = renderRecovery(recovered, styleOf(this.#terminal.color))
    if (text !== '') this.#terminal.err(text)
  }

  #endBackup(): void {
    this.#bar?.clear()
    this.#bar = undefined
  }
}
