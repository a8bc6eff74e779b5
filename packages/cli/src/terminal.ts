import type { Driver } from '@whimbrel/core'
import type { RunningStepBoard } from './running-step.ts'

/** What a command needs of the world around it. */
export interface Terminal {
  /** Results. */
  out(text: string): void
  /** Progress and errors. */
  err(text: string): void
  /** A person is looking at stderr. */
  readonly interactive: boolean
  readonly columns: number
  /** Stdout and stderr may be coloured. */
  readonly color: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Where the main thread sees which migration runs. */
  readonly running?: Pick<RunningStepBoard, 'write'>
  /** Asks the person at the terminal, where there is one; undefined for no answer. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined
  /** Gets the driver of every database that the command may open. */
  readonly onDriver?: ((driver: Driver) => void) | undefined
  /** Somebody asked to stop. */
  readonly signal: { readonly aborted: boolean }
  /** Calls when somebody does, for what cannot look at the signal meanwhile. */
  readonly onStop?: ((listener: () => void) => void) | undefined
}
