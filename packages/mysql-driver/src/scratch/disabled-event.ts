import { type Replacement, replaced, type SqlPiece, sqlPieces } from '../sql-pieces.ts'

const kinds = new Set([
  'EVENT',
  'FUNCTION',
  'INDEX',
  'PROCEDURE',
  'SEQUENCE',
  'TABLE',
  'TRIGGER',
  'USER',
  'VIEW',
])

/** A statement that makes or alters an event, so that the event does not run; every other statement as it is. */
export function disabledEvent(sql: string): string {
  if (!/\bEVENT\b/i.test(sql)) return sql
  const all = sqlPieces(sql)
  const event = all.findIndex(({ word }) => kinds.has(word))
  const isEvent = all[event]?.word === 'EVENT' && ['CREATE', 'ALTER'].includes(all[0]?.word ?? '')
  if (!isEvent) return sql
  // Its own name may be any word.
  const head = all.slice(event + 2, bodyOf(all, event + 2))
  const said = head.flatMap((piece, at) => (saysWhether(head, at) ? [without(piece)] : []))
  const comment = head.find(({ word }) => word === 'COMMENT')
  const start = comment?.start ?? all[event + 2 + head.length]?.start ?? sql.length
  const insertion: Replacement = { start, end: start, text: ' DISABLE ' }
  return replaced(
    sql,
    [...said, insertion].sort((a, b) => a.start - b.start),
  )
}

function bodyOf(all: readonly SqlPiece[], from: number): number {
  const body = all.findIndex(({ word }, at) => at >= from && word === 'DO')
  return body === -1 ? all.length : body
}

/** ENABLE, DISABLE, DISABLE ON SLAVE. */
function saysWhether(head: readonly SqlPiece[], at: number): boolean {
  const word = (position: number) => head[position]?.word ?? ''
  if (word(at) === 'ENABLE' || word(at) === 'DISABLE') return true
  if (word(at) === 'ON') return word(at - 1) === 'DISABLE'
  return word(at - 1) === 'ON' && word(at - 2) === 'DISABLE'
}

function without({ start, text }: SqlPiece): Replacement {
  return { start, end: start + text.length, text: '' }
}
