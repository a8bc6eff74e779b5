import type { LogLevel } from '../settings.ts'

/** One thing worth writing down, with its facts by name. Holds no password. */
export interface LogEntry {
  readonly level: Exclude<LogLevel, 'silent'>
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}
