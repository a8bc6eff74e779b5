import type { ErrorOutput, Output } from '../output.ts'
import type { LogEntry } from './log-entry.ts'

/** How a command ended: its errors that no event of a run told of, and its exit code. */
export function outputEntries({ command, exitCode, databases, error }: Output): readonly LogEntry[] {
  const errors = databases.flatMap((database) =>
    database.error === undefined || wasTold(database) ? [] : [errorEntry(database.error, database.name)],
  )
  if (error !== undefined) errors.push(errorEntry(error))
  const end: LogEntry = {
    level: 'debug',
    message: `${command} ends with exit code ${exitCode}`,
    facts: { command, exitCode },
  }
  return [...errors, end]
}

/** A failed step was logged when it failed. */
function wasTold(database: Output['databases'][number]): boolean {
  return 'steps' in database && database.steps.some(({ outcome }) => outcome === 'failed')
}

function errorEntry({ message, ...rest }: ErrorOutput, database?: string): LogEntry {
  const facts = database === undefined ? rest : { database, ...rest }
  return { level: 'error', message: database === undefined ? message : `${database}: ${message}`, facts }
}
