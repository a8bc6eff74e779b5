import { describe, expect, it } from 'vitest'
import { commandFirst, commandName } from './command-first.ts'

describe('commandFirst', () => {
  it.each<[string[], string[]]>([
    [[], []],
    [['status'], ['status']],
    [['--', 'status'], ['status']],
    [
      ['--json', 'status'],
      ['status', '--json'],
    ],
    [
      ['--db', 'settings'],
      ['--db', 'settings'],
    ],
    [
      ['--db', 'settings', 'down', '--all'],
      ['down', '--db', 'settings', '--all'],
    ],
    [
      ['--db', 'up', 'status'],
      ['status', '--db', 'up'],
    ],
    [
      ['--db=up', 'status'],
      ['status', '--db=up'],
    ],
    // A value for bundle, and none for status.
    [
      ['--check', 'status'],
      ['status', '--check'],
    ],
    [
      ['bundle', '--check', 'status'],
      ['bundle', '--check', 'status'],
    ],
    [
      ['--steps', '2'],
      ['--steps', '2'],
    ],
    [
      ['create', 'status'],
      ['create', 'status'],
    ],
    [
      ['--stpes', '1'],
      ['--stpes', '1'],
    ],
    [['help'], ['--help']],
    [
      ['help', 'up'],
      ['up', '--help'],
    ],
    [
      ['up', '--help'],
      ['up', '--help'],
    ],
  ])('turns %j into %j', (argv, expected) => {
    expect(commandFirst(argv)).toEqual(expected)
  })

  it.each([
    [['upp'], /"upp"/, /"up"/],
    [['sttatus'], /"sttatus"/, /"status"/],
    [['helo'], /"helo"/, /"help"/],
    [['help', 'dwon'], /"dwon"/, /"down"/],
    [['version'], /"version"/, /"whimbrel --version"/],
    [['--db', 'a', 'nonsense'], /"nonsense"/, /^The commands are up, down, status, /],
  ])('refuses %j', (argv, message, hint) => {
    let error: unknown
    try {
      commandFirst(argv)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
  })
})

describe('commandName', () => {
  it.each([
    [[], 'up'],
    [['--json'], 'up'],
    [['--db', 'settings', '--foo'], 'up'],
    [['--db', 'settings', 'plan', '--foo'], 'plan'],
  ])('calls %j %s', (argv, name) => {
    expect(commandName(argv)).toBe(name)
  })
})
