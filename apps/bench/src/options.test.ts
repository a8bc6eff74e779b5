import { describe, expect, it } from 'vitest'
import { readOptions } from './options.ts'

describe('readOptions', () => {
  it('measures everything five times by default', () => {
    const { runs, only, tools } = readOptions(['--'])
    expect({ runs, only, first: tools[0] }).toEqual({ runs: 5, only: [], first: 'raw' })
  })

  it.each([
    [['--runs', '0'], '--runs 0 is not'],
    [['--tools', 'raw,flyway'], '--tools flyway is none of raw'],
    [['--only', 'warm'], '--only warm is none of apply-1'],
    [['--quick', '--write'], '--quick gives no figures'],
    [['--slow'], '--slow'],
  ])('refuses %j', (args, words) => {
    expect(() => readOptions(args)).toThrow(words)
  })
})
