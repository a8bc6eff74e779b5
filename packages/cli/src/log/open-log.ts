import { styleOf } from '../render/style.ts'
import { logLevels, type Settings } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import type { LogEntry } from './log-entry.ts'

/** Where a command writes down what it does; undefined where nobody asked for it. */
export type Log = ((entry: LogEntry) => void) | undefined

/** Opens the log on stderr: pino's JSON lines, or one readable line for each entry. */
export async function openLog(
  { logLevel, logFormat }: Pick<Settings, 'logLevel' | 'logFormat'>,
  terminal: Terminal,
): Promise<Log> {
  if (logLevel === 'silent') return undefined
  if (logFormat === 'json') return jsonLog(logLevel)
  const rank = logLevels.indexOf(logLevel)
  return (entry) => {
    if (logLevels.indexOf(entry.level) <= rank) terminal.err(prettyLine(entry, terminal.color))
  }
}

async function jsonLog(level: LogEntry['level']): Promise<Log> {
  const { pino } = await import('pino')
  // Written before the next statement runs, so that a process that is killed has told what it was doing.
  const logger = pino({ level }, pino.destination({ fd: 2, sync: true }))
  return (entry) => logger[entry.level](entry.facts, entry.message)
}

function prettyLine({ level, message }: LogEntry, color: boolean): string {
  const style = styleOf(color)
  const paint = { error: style.red, warn: style.yellow, info: style.cyan, debug: style.dim }[level]
  return `${style.dim(new Date().toISOString())} ${paint(level.padEnd(5))} ${message}\n`
}
