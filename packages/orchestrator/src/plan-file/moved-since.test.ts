import { describe, expect, it } from 'vitest'
import { movedSince } from './moved-since.ts'
import type { ReleasePlanFile } from './release-plan-file.ts'

const file: ReleasePlanFile = {
  plan: 2,
  direction: 'down',
  environment: 'production',
  release: 'atomic',
  allowOutOfOrder: false,
  acceptChangedDown: false,
  database: 'settings',
  databases: [],
  steps: [],
  digest: '',
}

describe('movedSince', () => {
  it('names the command that makes such a plan, with its database and environment', () => {
    expect(movedSince(file, ['a']).hint).toContain(
      '"whimbrel down --db settings --env production --dry-run --out FILE"',
    )
    expect(movedSince({ ...file, direction: 'up', database: null }, ['a']).hint).toContain(
      '"whimbrel plan --out FILE"',
    )
  })

  it('names three things that moved, and has all of them as data', () => {
    const moved = ['a', 'b', 'c', 'd', 'e']
    const error = movedSince(file, moved)
    expect([error.code, error.message]).toEqual(['STATE_MOVED', 'a; b; c (and 2 more)'])
    expect(error.details.moved).toEqual(moved)
  })
})
