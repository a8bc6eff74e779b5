import type { BackupProgress } from '@whimbrel/rollback-manager'
import type { Terminal } from '../terminal.ts'
import { duration, styleOf } from './style.ts'

/** A bar is shown, and plain lines are printed, only for what takes longer than this. */
const LIVE_AFTER_MS = 150
const PLAIN_EVERY_MS = 5_000
const BAR_WIDTH = 24

/** Tells people how a backup or a restore goes on: a bar on a terminal, now and then a plain line elsewhere. */
export class BackupProgressBar {
  readonly #terminal: Terminal
  readonly #database: string
  readonly #started = performance.now()
  #toldAt = performance.now()
  #shown = false

  constructor(terminal: Terminal, database: string) {
    this.#terminal = terminal
    this.#database = database
  }

  readonly listen = (progress: BackupProgress): void => {
    const now = performance.now()
    const { interactive, columns, err, color } = this.#terminal
    const isOver = 'total' in progress && progress.done === progress.total
    if (isOver || now - this.#toldAt < (interactive ? LIVE_AFTER_MS : PLAIN_EVERY_MS)) return
    this.#toldAt = now
    const line = `${this.#database}  ${progress.doing}${amount(progress, interactive)}  ${duration(now - this.#started)}`
    if (interactive) err(`\r\u001b[K${styleOf(color).dim(line.slice(0, columns - 1))}`)
    else err(`${line}\n`)
    this.#shown = interactive
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#shown) this.#terminal.err('\r\u001b[K')
    this.#shown = false
  }
}

function amount(progress: BackupProgress, interactive: boolean): string {
  if (!('total' in progress) || progress.total === 0) return ''
  const share = progress.done / progress.total
  const percent = `${Math.floor(share * 100)} %`
  if (!interactive) return `  ${percent}`
  const filled = Math.round(share * BAR_WIDTH)
  return `  ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}  ${percent.padStart(5)}`
}
