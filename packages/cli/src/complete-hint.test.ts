import { describe, expect, it } from 'vitest'
import { completeHint } from './complete-hint.ts'

describe('a hint', () => {
  it('names the database and the place in every command it shows', () => {
    expect(
      completeHint('Run "whimbrel mark 003_x applied" or "whimbrel mark 003_x pending"', ' --db settings'),
    ).toBe('Run "whimbrel mark 003_x applied --db settings" or "whimbrel mark 003_x pending --db settings"')
  })

  it('names only the place where the command is about all databases of a run', () => {
    expect(completeHint('Run "whimbrel recover --forget"', ' --manifest m.json --db settings')).toBe(
      'Run "whimbrel recover --forget --manifest m.json"',
    )
  })

  it('stays as it is when it is completed once more', () => {
    const once = completeHint('Run "whimbrel up"', ' --manifest m.json --env production')
    expect(completeHint(once, ' --manifest m.json --env production')).toBe(once)
  })

  it('leaves a command alone that names its database, and words that are no command', () => {
    const hint = 'Run "whimbrel up --db a", set "transaction" to "batch"'
    expect(completeHint(hint, ' --db settings')).toBe(hint)
    expect(completeHint('Run "whimbrel up"', '')).toBe('Run "whimbrel up"')
  })
})
