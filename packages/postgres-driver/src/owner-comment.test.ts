import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ownerComment, readOwnerComment } from './owner-comment.ts'

const since = '2026-11-20T10:11:12.345Z'

it('tells the owner that was written, whatever its texts hold', () => {
  const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  fc.assert(
    fc.property(text, text, fc.nat(), (host, command, pid) => {
      const owner = { host, command, pid, since }
      expect(readOwnerComment(`SELECT 1 ${ownerComment(owner)}`)).toEqual(owner)
    }),
  )
})

it('is one comment that fits into what the server keeps of a statement', () => {
  const text = fc.string({ unit: 'binary', maxLength: 2_000 })
  fc.assert(
    fc.property(text, text, (host, command) => {
      const comment = ownerComment({ host, command, pid: 4711, since })
      expect(comment.indexOf('*/')).toBe(comment.length - 2)
      expect(comment.length).toBeLessThan(950)
      expect(readOwnerComment(comment)).toMatchObject({ pid: 4711 })
    }),
    { numRuns: 30 },
  )
})

it('names nobody where a statement names none', () => {
  expect(readOwnerComment('SELECT 1')).toBeUndefined()
  expect(readOwnerComment('<insufficient privilege>')).toBeUndefined()
})

it('shows what somebody else wrote in its place as it is', () => {
  const strange = `/* whimbrel-lock %zz 1 a%ffb c */`
  expect(readOwnerComment(strange)).toEqual({ host: '%zz', pid: 1, command: 'a%ffb', since: 'c' })
})
