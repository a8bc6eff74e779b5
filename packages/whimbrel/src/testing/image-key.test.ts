import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ImageContent, imageKey } from './image-key.ts'

const name = fc.option(fc.string(), { nil: undefined })
const content: fc.Arbitrary<ImageContent> = fc.record({
  files: fc.string(),
  extent: fc.oneof(
    fc.constant('head' as const),
    fc.record({ to: fc.string() }),
    fc.record({ steps: fc.nat() }),
  ),
  table: fc.string(),
  environment: name,
  name,
  others: fc.option(
    fc
      .dictionary(fc.string(), fc.array(fc.record({ id: fc.string(), version: fc.constant('1') })))
      .map((others) => new Map(Object.entries(others))),
    { nil: undefined },
  ),
  pragmas: fc.record(
    { page_size: fc.nat(), journal_mode: fc.constantFrom('wal', 'delete') },
    { requiredKeys: [] },
  ),
  engine: fc.string(),
  tool: fc.string(),
})

const parts = ['files', 'extent', 'table', 'environment', 'name', 'pragmas', 'engine', 'tool'] as const

describe('the key of an image', () => {
  it('is the same for the same content', () => {
    fc.assert(
      fc.property(content, (one) => {
        expect(imageKey(structuredClone(one))).toBe(imageKey(one))
      }),
    )
  })

  it('is another one as soon as one part differs', () => {
    fc.assert(
      fc.property(content, content, fc.constantFrom(...parts), (one, other, part) => {
        const mixed: ImageContent = { ...one, [part]: other[part] }
        const isSame = JSON.stringify(one[part]) === JSON.stringify(other[part])
        expect(imageKey(mixed) === imageKey(one)).toBe(
          isSame || (part === 'pragmas' && samePragmas(one, other)),
        )
      }),
    )
  })

  it('does not depend on how a pragma is written, nor on one that shapes no file', () => {
    const of = (pragmas: ImageContent['pragmas']) =>
      imageKey({
        ...{ files: 'f', extent: 'head', table: 't', engine: '3', tool: '1' },
        ...{ environment: undefined, name: undefined, others: undefined },
        pragmas,
      })
    expect(of({ journal_mode: 'WAL', busy_timeout: 5 })).toBe(of({ journal_mode: 'wal' }))
    expect(of({ journal_mode: 'WAL' })).not.toBe(of({ journal_mode: 'DELETE' }))
  })
})

function samePragmas({ pragmas: a }: ImageContent, { pragmas: b }: ImageContent): boolean {
  return a.page_size === b.page_size && a.journal_mode === b.journal_mode
}
