import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { suggest } from './suggest.ts'

describe('suggest', () => {
  const databases = ['settings', 'knowledge_graph', 'ontology']

  it('finds the word that was meant behind a typing error', () => {
    expect(suggest('setings', databases)).toBe('settings')
    expect(suggest('ontolgoy', databases)).toBe('ontology')
    expect(suggest('knowledge-graph', databases)).toBe('knowledge_graph')
  })

  it('ignores letter case', () => {
    expect(suggest('SETTINGS', databases)).toBe('settings')
  })

  it('says nothing when no candidate is near', () => {
    expect(suggest('users', databases)).toBeUndefined()
    expect(suggest('', databases)).toBeUndefined()
    expect(suggest('settings', [])).toBeUndefined()
  })

  it('counts swapped neighbours as one edit', () => {
    expect(suggest('pu', ['up', 'down'])).toBe('up')
  })

  it('prefers the nearest, and the first of two that are equally near', () => {
    expect(suggest('author', ['authors', 'author'])).toBe('author')
    expect(suggest('cat', ['bat', 'hat'])).toBe('bat')
  })

  it('finds any word of four letters or more after one letter of it was lost', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdefgh_'), minLength: 4, maxLength: 20 })
    fc.assert(
      fc.property(word, fc.nat(), (original, at) => {
        const position = at % original.length
        const typed = original.slice(0, position) + original.slice(position + 1)
        expect(suggest(typed, [original])).toBe(original)
      }),
      { numRuns: 200 },
    )
  })
})
