import type { HistoryOutput } from '../output.ts'
import { duration, type Style, time, widthOf } from './style.ts'

type Entry = HistoryOutput['entries'][number]

/** What happened, newest first. */
export function renderHistory(databases: readonly HistoryOutput[], style: Style): string {
  return databases.map((database) => renderDatabase(database, style)).join('\n')
}

function renderDatabase({ name, entries, error }: HistoryOutput, style: Style): string {
  const width = widthOf(entries.map(({ id }) => id))
  const words = widthOf(entries.map(wordsOf))
  const lines = entries.map((entry) => renderEntry(entry, { style, width, words }))
  const head = error === undefined ? style.bold(name) : `${style.bold(name)}  ${style.red('cannot be read')}`
  const empty = error === undefined && entries.length === 0 ? [style.dim('  nothing happened yet')] : []
  return `${[head, ...lines, ...empty].join('\n')}\n`
}

function renderEntry(entry: Entry, columns: { style: Style; width: number; words: number }): string {
  const { style, width, words } = columns
  const { id, startedAt, durationMs, reason, backup, by } = entry
  const took = hasDuration(entry) ? duration(durationMs) : ''
  const why = reason === undefined ? '' : `\n      ${reason}`
  const kept = backup === undefined ? '' : `\n      backup: ${backup}`
  const facts = style.dim(`${took.padEnd(7)}  ${by}`)
  return `  ${markOf(entry, style)} ${time(startedAt)}  ${id.padEnd(width)}  ${wordsOf(entry).padEnd(words)}  ${facts}${why}${kept}`
}

function hasDuration({ action, outcome }: Entry): boolean {
  return outcome !== 'started' && (action === 'up' || action === 'down')
}

function markOf({ outcome }: Entry, style: Style): string {
  if (outcome === 'failed') return style.failed
  return outcome === 'started' ? style.waiting : style.done
}

/** What happened, in words. */
function wordsOf({ action, outcome }: Entry): string {
  if (action === 'baseline') return 'recorded as applied'
  if (action === 'mark') return outcome === 'reverted' ? 'marked pending' : 'marked applied'
  if (action === 'accept') return 'accepted as it reads'
  const back = action === 'down'
  if (outcome === 'failed') return back ? 'rollback failed' : 'failed'
  if (outcome === 'started') return back ? 'rollback started' : 'started'
  return back ? 'rolled back' : 'applied'
}
