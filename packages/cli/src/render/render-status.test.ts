import { describe, expect, it } from 'vitest'
import type { AppliedOutput, PendingOutput, StatusOutput } from '../output.ts'
import { renderStatus } from './render-status.ts'
import { renderValidation } from './render-validation.ts'
import { styleOf } from './style.ts'

const style = styleOf(false)
const applied = (number: number): AppliedOutput => ({
  id: `00${number}_a`,
  version: String(number),
  name: 'a',
  appliedAt: '2026-11-20T14:03:07.123Z',
  durationMs: 4,
  checksum: 'sha256:0',
  runId: 'r',
  by: 'u@h',
})
const pending: PendingOutput = {
  id: '009_late',
  version: '9',
  name: 'late',
  reversible: true,
  empty: false,
  outOfOrder: false,
}
const base: StatusOutput = {
  name: 'app',
  table: 'schema_migrations',
  url: 'sqlite:app.db',
  exists: true,
  reachable: true,
  current: null,
  applied: [],
  pending: [],
  findings: [],
}

const error = { code: 'DATABASE_INVALID', message: 'm', hint: 'h' }

describe('renderStatus', () => {
  it('shows what is applied and says that all is well', () => {
    const database = { ...base, sizeBytes: 25_000, applied: [applied(1)] }
    expect(renderStatus([database], style)).toBe(
      `app  sqlite:app.db  25 kB  up to date
  ✓ 001_a  2026-11-20 14:03:07Z  4 ms

Everything is up to date.
`,
    )
  })

  it('shows what is pending with what is special about it', () => {
    const odd = { ...pending, id: '010_x', empty: true, outOfOrder: true, reversible: false }
    const database = { ...base, exists: false, pending: [{ ...pending, description: 'Words' }, odd] }
    expect(renderStatus([database], style)).toBe(
      `app  sqlite:app.db  does not exist yet, 2 pending
  · 009_late  pending  Words
  · 010_x     pending, empty, out of order, irreversible

2 migrations pending: run "whimbrel up".
`,
    )
  })

  it('counts migrations that were applied long ago', () => {
    const many = Array.from({ length: 15 }, (_, index) => applied(index + 1))
    const text = renderStatus([{ ...base, applied: many }], style)
    expect(text).toContain('  ✓ 3 earlier\n  ✓ 004_a')
    expect(text.match(/✓/g)).toHaveLength(13)
  })

  it('gives one verdict over all databases', () => {
    const finding = {
      code: 'FILE_MISSING',
      migration: '001_a',
      message: '001_a is gone',
      hint: 'Bring it back',
    }
    const databases = [
      { ...base, reachable: false, error },
      { ...base, name: 'b', pending: [pending], findings: [finding] },
    ]
    const text = renderStatus(databases, style)
    expect(text).toContain('app  sqlite:app.db  cannot be read\n')
    expect(text).toContain('b  sqlite:app.db  1 pending, 1 finding\n')
    expect(text).toContain('  ! 001_a is gone\n    Bring it back\n')
    expect(text).toMatch(
      /\n\n1 database with an error; 1 migration pending; 1 finding, marked with ! above\.\n$/,
    )
  })
})

describe('renderValidation', () => {
  it('puts the verdicts below each other', () => {
    const finding = {
      code: 'FILE_MISSING',
      migration: '001_a',
      message: '001_a is gone',
      hint: 'Bring it back',
    }
    const databases = [
      { ...base, applied: [applied(1)] },
      { ...base, name: 'longer', findings: [finding] },
      { ...base, name: 'c', reachable: false, error },
      { ...base, name: 'e', error },
      { ...base, name: 'd' },
    ]
    expect(renderValidation(databases, style)).toBe(
      `app     1 applied migration, all as recorded
longer  1 finding
  ! 001_a is gone
    Bring it back
c       cannot be read
e       its migrations cannot be read
d       nothing is applied, nothing found
`,
    )
  })
})
