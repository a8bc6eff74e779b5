import type { Metadata } from '@whimbrel/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metadataFromJson, metadataToJson, noMetadata } from './metadata-json.ts'

const optionalText = fc.option(fc.string(), { nil: undefined })
const dependency = fc.record({
  database: optionalText,
  target: fc.string({ minLength: 1 }),
  optional: fc.boolean(),
})
const anyMetadata: fc.Arbitrary<Metadata> = fc.record({
  description: optionalText,
  author: optionalText,
  date: optionalText,
  dependsOn: fc.array(dependency, { maxLength: 3 }),
  environments: fc.array(fc.string(), { maxLength: 3 }),
  transactional: fc.boolean(),
  foreignKeys: fc.boolean(),
  irreversible: optionalText,
  expectLoss: fc.array(fc.string(), { maxLength: 3 }),
  engine: optionalText,
})

describe('metadata as JSON', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyMetadata, (metadata) => {
        expect(metadataFromJson(metadataToJson(metadata) ?? '', '001_a')).toEqual(metadata)
      }),
    )
  })

  it('is null where a migration declares nothing', () => {
    expect(metadataToJson(noMetadata)).toBeNull()
    expect(metadataFromJson('', '001_a')).toBe(noMetadata)
  })

  it('holds only what differs from declaring nothing', () => {
    expect(metadataToJson({ ...noMetadata, transactional: false })).toBe('{"transactional":false}')
  })

  it('holds nothing of a migration but its metadata', () => {
    const migration = { ...noMetadata, engine: 'sqlite', id: '001_a', checksum: 'sha256:00' }
    expect(metadataToJson(migration)).toBe('{"engine":"sqlite"}')
  })

  it('ignores values of the wrong kind', () => {
    const json =
      '{"description":5,"dependsOn":[7,null,{"target":"001_a","optional":true}],"environments":"all"}'
    const dependsOn = [{ target: '001_a', optional: true }]
    expect(metadataFromJson(json, '002_b')).toEqual({ ...noMetadata, dependsOn })
  })

  it.each(['{', 'null', '[]', '"text"'])('refuses %s and names the record', (json) => {
    expect(() => metadataFromJson(json, '002_b')).toThrow(
      expect.objectContaining({ code: 'RECORD_LOST', message: expect.stringContaining('002_b') }),
    )
  })
})
