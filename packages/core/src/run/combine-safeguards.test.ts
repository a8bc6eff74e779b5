import { describe, expect, it } from 'vitest'
import { combineSafeguards } from './combine-safeguards.ts'
import type {
  Safeguard,
  SafeguardContext,
  SafeguardEnd,
  SafeguardPreview,
  SafeguardStep,
} from './safeguard.ts'

const context = {} as SafeguardContext
const preview = {} as SafeguardPreview
const step = {} as SafeguardStep
const end = {} as SafeguardEnd

function telling(name: string, told: string[], failing?: string): Safeguard {
  const tell = async (what: string) => {
    told.push(`${name} ${what}`)
    if (what === failing) throw new Error(`${name} ${what}`)
  }
  return {
    ahead: () => tell('ahead'),
    before: async () => {
      await tell('before')
      return name === 'b' ? { backup: 'b.backup' } : {}
    },
    beforeStep: () => tell('step'),
    after: async () => {
      await tell('after')
      return [{ code: 'PENDING', message: `${name} found`, hint: 'Look', blocking: false }]
    },
  }
}

describe('combineSafeguards', () => {
  it('asks each in order, and tells what was put away together', async () => {
    const told: string[] = []
    const both = combineSafeguards(telling('a', told), telling('b', told), telling('c', told))
    await both.ahead?.(preview)
    expect(await both.before(context)).toEqual({ backup: 'b.backup' })
    await both.beforeStep?.(step)
    const words = ['ahead', 'before', 'step'].flatMap((word) =>
      ['a', 'b', 'c'].map((name) => `${name} ${word}`),
    )
    expect(told).toEqual(words)
  })

  it('stops at the first that refuses', async () => {
    const told: string[] = []
    const both = combineSafeguards(telling('a', told, 'before'), telling('b', told))
    await expect(both.before(context)).rejects.toThrow('a before')
    expect(told).toEqual(['a before'])
  })

  it('tells every one of them that the run has ended, and loses nothing of what they found', async () => {
    const told: string[] = []
    const both = combineSafeguards(telling('a', told, 'after'), telling('b', told))
    expect(await both.after?.(end)).toMatchObject([
      { message: 'a after', blocking: false },
      { message: 'b found', blocking: false },
    ])
    expect(told).toEqual(['a after', 'b after'])
  })

  it('of none puts nothing away', async () => {
    expect(await combineSafeguards().before(context)).toEqual({})
  })
})
