import { createHash } from 'node:crypto'
import { MigrateError } from '@whimbrel/core'
import type { JournalDatabase, JournalStep, ReleaseJournal } from './release-journal.ts'

/** Version of the form. */
const FORM = 1

/** A journal as text, sealed with a digest: a truncated or edited one is noticed. */
export function journalText(journal: ReleaseJournal): string {
  const content = { whimbrelRun: FORM, ...journal }
  return `${JSON.stringify({ ...content, digest: digestOf(content) }, null, 2)}\n`
}

/** The journal in a text. `label` says beside what it stood. Throws RUN_JOURNAL_INVALID. */
export function parseJournal(text: string, label: string): ReleaseJournal {
  const content = contentOf(text)
  if (content === undefined) throw invalid(label, 'is damaged or cut off')
  const { digest, ...rest } = content
  if (rest.whimbrelRun !== FORM) throw invalid(label, 'was written by another version')
  if (digest !== digestOf(rest)) throw invalid(label, 'was edited')
  const { whimbrelRun: _, ...journal } = rest
  if (!isJournal(journal)) throw invalid(label, 'does not say what a run journal says')
  return journal
}

function contentOf(text: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text)
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? (content as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function digestOf(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

function isJournal(content: object): content is ReleaseJournal {
  const { runId, startedAt, by, environment, coordinator, decision, databases } =
    content as Partial<ReleaseJournal>
  const texts = [runId, startedAt, by, coordinator]
  return (
    texts.every((text) => typeof text === 'string') &&
    (environment === undefined || typeof environment === 'string') &&
    (decision === 'forward' || decision === 'back') &&
    Array.isArray(databases) &&
    databases.length > 0 &&
    databases.every(isDatabase) &&
    databases.some(({ name }) => name === coordinator)
  )
}

function isDatabase(content: unknown): content is JournalDatabase {
  const { name, place, engine, location, creates, before, after, records, steps, backup } = (content ??
    {}) as Partial<JournalDatabase>
  const isText = (value: unknown) => value === null || typeof value === 'string'
  return (
    typeof name === 'string' &&
    typeof place === 'string' &&
    [engine, location].every((text) => text === undefined || typeof text === 'string') &&
    [before, after].every(isText) &&
    typeof creates === 'boolean' &&
    typeof records === 'number' &&
    (backup === undefined || typeof backup === 'string') &&
    Array.isArray(steps) &&
    steps.every(isStep)
  )
}

function isStep(content: unknown): content is JournalStep {
  const { id, version, direction, checksum } = (content ?? {}) as Partial<JournalStep>
  const texts = [id, version, checksum]
  return texts.every((text) => typeof text === 'string') && (direction === 'up' || direction === 'down')
}

function invalid(label: string, what: string): MigrateError {
  return new MigrateError('RUN_JOURNAL_INVALID', `The run journal beside ${label} ${what}`, {
    hint: 'Look where each database stands with "whimbrel status"; when they are as they should be, "whimbrel recover --forget" removes the journal',
  })
}
