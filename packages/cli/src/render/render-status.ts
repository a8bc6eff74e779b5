import type { AppliedOutput, PendingOutput, StatusOutput } from '../output.ts'
import { renderFinding } from './render-run.ts'
import { count, duration, type Style, size, time, widthOf } from './style.ts'

/** How many applied migrations are listed; earlier ones are counted. */
const LISTED = 12

/** Where each database stands, and one verdict over all. */
export function renderStatus(databases: readonly StatusOutput[], style: Style): string {
  const blocks = databases.map((database) => renderDatabase(database, style))
  return `${blocks.join('\n')}\n${verdict(databases, style)}\n`
}

function renderDatabase(database: StatusOutput, style: Style): string {
  const { name, url, sizeBytes, applied, pending, findings, skipped = [] } = database
  const room = sizeBytes === undefined ? '' : `  ${style.dim(size(sizeBytes))}`
  const head = `${style.bold(name)}  ${style.dim(url)}${room}  ${stateOf(database, style)}`
  const width = widthOf([...applied.slice(-LISTED), ...pending].map(({ id }) => id))
  const lines = [
    head,
    ...earlier(applied, style),
    ...applied.slice(-LISTED).map((record) => renderApplied(record, { style, width })),
    ...pending.map((migration) => renderPending(migration, { style, width })),
    ...skipped.map(
      ({ id, reason }) => `  ${style.waiting} ${id.padEnd(width)}  ${style.dim(`skipped, ${reason}`)}`,
    ),
    ...findings.map((finding) => renderFinding(finding, style)),
  ]
  return `${lines.join('\n')}\n`
}

function stateOf({ exists, error, reachable, pending, findings }: StatusOutput, style: Style): string {
  if (error !== undefined) return style.red(reachable ? 'its migrations cannot be read' : 'cannot be read')
  const parts = [
    ...(exists ? [] : ['does not exist yet']),
    ...(pending.length > 0 ? [style.yellow(`${pending.length} pending`)] : []),
    ...(findings.length > 0 ? [style.yellow(count(findings.length, 'finding'))] : []),
  ]
  return parts.length === 0 ? style.green('up to date') : parts.join(', ')
}

function earlier(applied: readonly AppliedOutput[], style: Style): string[] {
  const hidden = applied.length - LISTED
  return hidden > 0 ? [style.dim(`  ${style.done} ${hidden} earlier`)] : []
}

function renderApplied(record: AppliedOutput, { style, width }: { style: Style; width: number }): string {
  const facts = `${time(record.appliedAt)}  ${duration(record.durationMs)}`
  return `  ${style.done} ${record.id.padEnd(width)}  ${style.dim(facts)}`
}

function renderPending(migration: PendingOutput, { style, width }: { style: Style; width: number }): string {
  const notes = [
    'pending',
    ...(migration.empty ? ['empty'] : []),
    ...(migration.outOfOrder ? ['out of order'] : []),
    ...(migration.reversible ? [] : ['irreversible']),
  ].join(', ')
  return `  ${style.waiting} ${migration.id.padEnd(width)}  ${style.yellow(notes)}${style.dim(description(migration))}`
}

function description({ description: text }: PendingOutput): string {
  return text === undefined ? '' : `  ${text}`
}

function verdict(databases: readonly StatusOutput[], style: Style): string {
  const pending = databases.reduce((sum, database) => sum + database.pending.length, 0)
  const findings = databases.reduce((sum, database) => sum + database.findings.length, 0)
  const troubled = databases.filter(({ error }) => error !== undefined).length
  const parts = [
    ...(troubled > 0 ? [style.red(`${count(troubled, 'database')} with an error`)] : []),
    ...(pending > 0
      ? [`${count(pending, 'migration')} pending${findings > 0 ? '' : ': run "whimbrel up"'}`]
      : []),
    ...(findings > 0 ? [`${count(findings, 'finding')}, marked with ! above`] : []),
  ]
  return parts.length === 0 ? style.green('Everything is up to date.') : `${parts.join('; ')}.`
}
