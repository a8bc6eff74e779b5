import { describe, expect, it } from 'vitest'
import type { HistoryOutput } from '../output.ts'
import { renderHistory } from './render-history.ts'
import { styleOf } from './style.ts'

const entry = {
  id: '001_a',
  action: 'up',
  outcome: 'applied',
  startedAt: '2026-11-20T14:03:07.123Z',
  durationMs: 4,
  runId: 'r',
  by: 'u@h',
}

function rendered(...entries: HistoryOutput['entries']): string {
  return renderHistory([{ name: 'app', entries }], styleOf(false))
}

describe('renderHistory', () => {
  it('lists attempts in columns, with the reason of a failure below', () => {
    const failed = { ...entry, id: '002_longer', action: 'down', outcome: 'failed', reason: 'no such table' }
    expect(rendered(failed, entry)).toBe(
      `app
  ✗ 2026-11-20 14:03:07Z  002_longer  rollback failed  4 ms     u@h
      no such table
  ✓ 2026-11-20 14:03:07Z  001_a       applied          4 ms     u@h
`,
    )
  })

  it('names the backup that was taken before an attempt', () => {
    const kept = { ...entry, action: 'down', outcome: 'reverted', backup: '/backups/app-1.db' }
    expect(rendered(kept)).toMatch(/rolled back {2}4 ms {5}u@h\n {6}backup: \/backups\/app-1\.db\n$/)
  })

  it.each([
    ['up', 'applied', 'applied'],
    ['up', 'failed', 'failed'],
    ['up', 'started', 'started'],
    ['down', 'reverted', 'rolled back'],
    ['down', 'failed', 'rollback failed'],
    ['down', 'started', 'rollback started'],
    ['baseline', 'recorded', 'recorded as applied'],
    ['mark', 'applied', 'marked applied'],
    ['mark', 'reverted', 'marked pending'],
    ['accept', 'recorded', 'accepted as it reads'],
  ])('calls %s %s "%s"', (action, outcome, words) => {
    expect(rendered({ ...entry, action, outcome })).toContain(`001_a  ${words}  `)
  })

  it('says that nothing happened yet, or that it cannot know', () => {
    const error = { code: 'DATABASE_INVALID', message: 'm', hint: 'h' }
    const databases = [
      { name: 'a', entries: [] },
      { name: 'b', entries: [], error },
    ]
    expect(renderHistory(databases, styleOf(false))).toBe('a\n  nothing happened yet\n\nb  cannot be read\n')
  })
})
