import type { Direction, Finding, HistoryEntry, RunReport, SafeguardEnd } from '@whimbrel/core'
import type { KeptHeader } from './kept-file.ts'
import { readKeptHeader } from './kept-file-reader.ts'
import type { KeptFileName, KeptFolder } from './kept-folder.ts'

/** A file whose rows can be returned now. */
export interface KeptOffer {
  readonly file: KeptFileName
  readonly header: KeptHeader
}

const opposite = { up: 'down', down: 'up' } as const satisfies Record<Direction, Direction>
const finished = { up: 'applied', down: 'reverted' } as const

/** Rows that the last run in the other direction kept, of the migrations that this run did: they have a place again. */
export async function keptOffers(
  folder: KeptFolder,
  { report, driver, tracker }: SafeguardEnd,
): Promise<readonly KeptOffer[]> {
  const done = new Map(doneSteps(report).map(({ id, direction }) => [id, opposite[direction]]))
  if (done.size === 0) return []
  const candidates: KeptOffer[] = []
  for (const file of await folder.list()) {
    if (!done.has(file.migration)) continue
    const header = await readKeptHeader(file.path)
    if (header !== undefined && header.direction === done.get(header.migration))
      candidates.push({ file, header })
  }
  if (candidates.length === 0) return []
  const session = await driver.session('read')
  try {
    const history = await tracker.history(session)
    return candidates.filter(({ header }) => isOfLastTime(header, history)).reverse()
  } finally {
    await session.close()
  }
}

/** Did the step that kept them happen, and was it the last one of its kind? A killed run may leave a file behind. */
function isOfLastTime(
  { migration, direction, runId, transactional }: KeptHeader,
  history: readonly HistoryEntry[],
) {
  const ofStep = history.filter(({ id, action }) => id === migration && action === direction)
  const last = ofStep.find(({ outcome }) => outcome === finished[direction] || !transactional)
  return last?.runId === runId
}

function doneSteps({ steps }: RunReport) {
  return steps.filter(({ outcome }) => outcome === 'applied' || outcome === 'reverted')
}

/** What people are told of it. */
export function offerFinding({ file, header }: KeptOffer, shownPath: string): Finding {
  const { migration, direction, tables } = header
  const names = tables.map(({ name, lost, columns }) =>
    lost === 'table'
      ? name
      : columns.flatMap((column) => (column.lost ? [`${name}.${column.name}`] : [])).join(', '),
  )
  const what = direction === 'down' ? 'rolled back' : 'applied'
  return {
    code: 'KEPT_ROWS',
    migration,
    message: `Rows of ${names.join(', ')} that were kept when ${migration} was ${what} on ${day(file.recordedAt)} can be returned`,
    hint: `Run "whimbrel restore ${shownPath}"`,
    blocking: false,
    details: { file: shownPath, migration },
  }
}

/** `2026-11-20 14:03:07Z` */
function day(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}
