import type { HistoryOutput } from '../output.ts'
import { duration, type Style, widthOf } from './style.ts'

/** What happened, newest first. */
export function renderHistory(databases: readonly HistoryOutput[], style: Style): string {
  return databases.map((database) => renderDatabase(database, style)).join('\n')
}

function renderDatabase({ name, entries, error }: HistoryOutput, style: Style): string {
  const width = widthOf(entries.map(({ id }) => id))
  const lines = entries.map(({ id, action, outcome, startedAt, durationMs, reason, by }) => {
    const mark = outcome === 'failed' ? style.failed : outcome === 'started' ? style.waiting : style.done
    const time = startedAt.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
    const why = reason === undefined ? '' : `\n      ${reason}`
    return `  ${mark} ${time}  ${id.padEnd(width)}  ${action} ${outcome}  ${style.dim(`${duration(durationMs)}  ${by}`)}${why}`
  })
  const empty = error === undefined && entries.length === 0 ? [style.dim('  nothing happened yet')] : []
  return `${[style.bold(name), ...lines, ...empty].join('\n')}\n`
}
