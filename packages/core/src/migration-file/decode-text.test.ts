import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import { decodeText } from './decode-text.ts'

const origin = { file: '001_a.sql', migration: '001_a' }
const decode = (bytes: Uint8Array) => decodeText(bytes, origin)
const refused = (bytes: Uint8Array) => thrown(() => decode(bytes))

describe('decoding a file', () => {
  it('reads UTF-8, with or without a byte-order mark', () => {
    expect(decode(Buffer.from("SELECT 'größe 名前 🐦'"))).toBe("SELECT 'größe 名前 🐦'")
    expect(decode(Buffer.from('\uFEFFSELECT 1'))).toBe('SELECT 1')
    expect(decode(new Uint8Array())).toBe('')
  })

  it('reads a view into a larger buffer', () => {
    const bytes = new Uint8Array(Buffer.from('xxSELECT 1xx'))
    expect(decode(bytes.subarray(2, -2))).toBe('SELECT 1')
  })

  it('names the file, the line and the offset of a byte that is not UTF-8', () => {
    const error = refused(
      Buffer.concat([Buffer.from("SELECT 1;\nSELECT '"), Buffer.from([0xe4]), Buffer.from("'")]),
    )
    expect(error.code).toBe('MIGRATION_ENCODING')
    expect(error.message).toBe('001_a.sql, line 2: the byte 0xe4 at offset 18 is not UTF-8')
    expect(error.details).toMatchObject({ file: '001_a.sql', migration: '001_a', line: 2, offset: 18 })
  })

  it('recognises UTF-16 by its mark and by its NULs', () => {
    const text = 'SELECT 1;'
    const little = Buffer.from(text, 'utf16le')
    const big = Buffer.from(little).swap16()
    for (const bytes of [
      Buffer.from(`\uFEFF${text}`, 'utf16le'),
      Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
      little,
      big,
    ]) {
      const error = refused(bytes)
      expect(error.code).toBe('MIGRATION_ENCODING')
      expect(error.message).toContain('UTF-16')
      expect(error.hint).toBe('Save the file as UTF-8')
    }
  })

  it('refuses exactly what is not valid UTF-8, at the first such byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 6 }), (text, tail) => {
        const head = Buffer.from(`-- ${text}`)
        const bytes = Buffer.concat([head, tail])
        const valid = Buffer.from(bytes.toString('utf8')).equals(bytes)
        if (valid) expect(Buffer.from(decode(bytes))).toEqual(bytes)
        else {
          const { offset } = refused(bytes).details
          expect(offset).toBeGreaterThanOrEqual(head.length)
          const before = bytes.subarray(0, Number(offset))
          expect(Buffer.from(before.toString('utf8'))).toEqual(before)
        }
      }),
      { numRuns: 300 },
    )
  })
})
