import { MigrateError, type RunEvent } from '@whimbrel/core'
import type { Target } from '../target.ts'
import type { Terminal } from '../terminal.ts'
import { describeHolder } from './describe-holder.ts'
import { duration, styleOf } from './style.ts'

/** A live line is shown, and plain lines are printed, only for what takes longer than this. */
const LIVE_AFTER_MS = 150
const PLAIN_EVERY_MS = 5_000

/** Tells people how a run goes on: one live line on a terminal, now and then a plain line elsewhere. */
export class Progress {
  readonly #terminal: Terminal
  readonly #style
  #started = performance.now()
  #toldAt = performance.now()
  #position = ''
  #shown = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#style = styleOf(terminal.color)
  }

  /** Listener of the events of one database's run. */
  readonly listen = (target: Target, event: RunEvent): void => {
    switch (event.type) {
      case 'run-started':
        this.#started = performance.now()
        this.#toldAt = this.#started
        if (event.creates) this.#line(`${target.name}: ${target.url} does not exist yet and is created`)
        return
      case 'lock-waiting':
        this.#line(`${target.name}: waiting for the lock${describeHolder(event.holder)}`)
        return
      case 'step-delayed':
        this.#line(`${target.name}: ${event.step.id} waits: ${reasonOf(event.error)}`)
        return
      case 'step-started':
        this.#position = `${event.index + 1}/${event.total} ${event.step.id}`
        this.#show(target.name, this.#position)
        return
      case 'statement-started':
        this.#showStatement(target.name, event)
        return
      case 'step-finished':
      case 'step-failed':
      case 'committed':
        return
      case 'run-finished':
        this.clear()
        return
    }
  }

  /** Takes the live line away. */
  clear(): void {
    if (this.#shown) this.#terminal.err('\r\u001b[K')
    this.#shown = false
  }

  #showStatement(
    name: string,
    { statement, statements }: Extract<RunEvent, { type: 'statement-started' }>,
  ): void {
    if (statements > 1) this.#show(name, `${this.#position}  statement ${statement} of ${statements}`)
  }

  #show(name: string, text: string): void {
    const now = performance.now()
    const every = this.#terminal.interactive ? LIVE_AFTER_MS : PLAIN_EVERY_MS
    if (now - this.#toldAt < every) return
    this.#toldAt = now
    const line = `${name}  ${text}  ${duration(now - this.#started)}`
    if (this.#terminal.interactive) {
      this.#terminal.err(`\r\u001b[K${this.#style.dim(line.slice(0, this.#terminal.columns - 1))}`)
      this.#shown = true
    } else {
      this.#terminal.err(`${line}\n`)
    }
  }

  #line(text: string): void {
    this.clear()
    this.#terminal.err(`${this.#style.dim(text)}\n`)
  }
}

/** What the engine said: the step has not failed, it is tried again. */
function reasonOf(error: MigrateError): string {
  return MigrateError.is(error.cause) ? error.cause.message : error.message
}
