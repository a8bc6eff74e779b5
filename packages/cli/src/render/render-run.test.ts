import { describe, expect, it } from 'vitest'
import type { RunOutput } from '../output.ts'
import { renderRuns } from './render-run.ts'
import { styleOf } from './style.ts'

const style = styleOf(false)
const up = { direction: 'up' } as const
const error = { code: 'STATEMENT_FAILED', message: 'no such table', hint: 'Correct it' }
const base: RunOutput = { name: 'app', outcome: 'migrated', before: null, after: '002_b', steps: [] }

function rendered(...databases: readonly Partial<RunOutput>[]): string {
  return renderRuns(
    databases.map((database) => ({ ...base, ...database })),
    style,
  )
}

describe('renderRuns', () => {
  it('lists what was applied, in columns', () => {
    const steps = [
      { id: '001_a', ...up, outcome: 'applied' as const, durationMs: 0.4 },
      { id: '002_longer', ...up, outcome: 'applied' as const, durationMs: 12.6 },
    ]
    expect(rendered({ steps }, { name: 'b', outcome: 'up-to-date', after: null })).toBe(
      `app  2 applied, now at 002_b
  ✓ 001_a       <1 ms
  ✓ 002_longer  13 ms
b    nothing to do
`,
    )
  })

  it('says what failed, what was kept and what was not tried', () => {
    const steps = [
      { id: '001_a', ...up, outcome: 'applied' as const, durationMs: 1 },
      { id: '002_b', ...up, outcome: 'failed' as const, durationMs: 2 },
      { id: '003_c', ...up, outcome: 'not-run' as const },
    ]
    const other = { name: 'other', outcome: 'not-started' as const }
    expect(rendered({ outcome: 'failed', after: '001_a', steps }, other)).toBe(
      `app    failed after 1 of 3 migrations, now at 001_a
  ✓ 001_a  1 ms
  ✗ 002_b  2 ms
  · 003_c  not run
other  not started
`,
    )
  })

  it.each<[Partial<RunOutput>, string]>([
    [{ outcome: 'failed', after: null }, 'failed, nothing was run'],
    [
      { outcome: 'failed', after: null, steps: [{ id: '001_a', ...up, outcome: 'failed' }] },
      'failed, nothing is applied',
    ],
    [{ outcome: 'failed', steps: [{ id: '003_c', ...up, outcome: 'failed' }] }, 'failed, still at 002_b'],
    [{ outcome: 'undone', before: null, error }, 'failed, everything was undone, nothing is applied'],
    [{ outcome: 'undone', before: '001_a', error }, 'failed, everything was undone, still at 001_a'],
    [{ outcome: 'undone', before: null }, 'undone with the others, nothing is applied'],
    [{ outcome: 'undone', before: '001_a' }, 'undone with the others, still at 001_a'],
    [{ outcome: 'up-to-date' }, 'nothing to do, at 002_b'],
    [{ outcome: 'skipped' }, 'skipped'],
    [
      {
        outcome: 'rolled-back',
        after: null,
        steps: [{ id: '001_a', direction: 'down', outcome: 'reverted' }],
      },
      '1 rolled back, nothing is applied',
    ],
    [
      { outcome: 'planned', steps: [{ id: '002_b', ...up, outcome: 'planned' }] },
      '1 migration to apply, nothing → 002_b',
    ],
    [
      {
        outcome: 'planned',
        before: '002_b',
        after: null,
        steps: [{ id: '002_b', direction: 'down', outcome: 'planned' }],
      },
      '1 migration to roll back, 002_b → nothing',
    ],
  ])('puts %j into words', (database, headline) => {
    expect(rendered(database).split('\n')[0]).toBe(`app  ${headline}`)
  })

  it('marks what was undone without a time', () => {
    const steps = [{ id: '001_a', ...up, outcome: 'undone' as const, durationMs: 3 }]
    expect(rendered({ outcome: 'undone', steps })).toContain('\n  ↶ 001_a  undone\n')
  })

  it('prints statements as they are, each closed', () => {
    const steps = [{ id: '001_a', ...up, outcome: 'planned' as const, sql: ["SELECT 'a\n  b'", 'SELECT 2'] }]
    expect(rendered({ outcome: 'planned', steps })).toContain("\n  · 001_a\nSELECT 'a\n  b';\nSELECT 2;\n")
  })

  it('says beforehand what cannot be undone as a whole, and why', () => {
    const planned = { ...up, outcome: 'planned' as const, transactional: false as const }
    const steps = [
      { id: '001_a', ...planned, commits: 'CREATE TABLE' },
      { id: '002_none', ...planned },
      { id: '003_rows', ...up, outcome: 'planned' as const },
    ]
    expect(rendered({ outcome: 'planned', steps }).split('\n').slice(1)).toEqual([
      '  · 001_a     statement by statement: CREATE TABLE commits at once',
      '  · 002_none  statement by statement, outside a transaction',
      '  · 003_rows',
      '  2 of 3 cannot be undone as a whole: if a statement fails, those before it stand, and "whimbrel retry" goes on from there.',
      '',
    ])
  })

  it('says once that a step is out of order, and where other findings are', () => {
    const steps = [{ id: '001_a', ...up, outcome: 'applied' as const, durationMs: 1 }]
    const late = { code: 'OUT_OF_ORDER', migration: '001_a', message: '001_a is pending but …', hint: 'h' }
    const odd = {
      code: 'MIGRATION_HEADER',
      migration: '001_a',
      file: 'm/001_a.sql',
      line: 3,
      message: '"Autor"',
      hint: 'h',
    }
    const text = rendered({ steps, findings: [late, odd] })
    expect(text).toContain('✓ 001_a  1 ms, out of order\n')
    expect(text).not.toContain('is pending')
    expect(text).toContain('  ! m/001_a.sql, line 3: "Autor"\n    h\n')
  })

  it('lists what is skipped', () => {
    expect(rendered({ skipped: [{ id: '001_a', reason: 'only for production' }] })).toContain(
      '\n  · 001_a skipped, only for production\n',
    )
  })
})
