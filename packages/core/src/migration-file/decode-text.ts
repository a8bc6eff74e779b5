import { Buffer, isUtf8 } from 'node:buffer'
import { MigrateError } from '../migrate-error.ts'
import { type Origin, placeName } from '../sql/position.ts'

/** Decodes the bytes of a file strictly as UTF-8, without its byte-order mark. Throws MIGRATION_ENCODING. */
export function decodeText(bytes: Uint8Array, origin: Origin): string {
  const utf16 = utf16Sign(bytes)
  if (utf16 !== undefined) throw otherEncoding(origin, utf16)
  if (!isUtf8(bytes)) throw invalidBytes(bytes, origin)
  const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString('utf8', from)
}

/** How one sees that the bytes are UTF-16: by the mark at the beginning, or by a NUL in nearly every other byte. */
function utf16Sign(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'its byte-order mark is that of UTF-16, little-endian'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'its byte-order mark is that of UTF-16, big-endian'
  if (bytes[0] !== 0 && bytes[1] !== 0) return undefined
  const sample = bytes.subarray(0, 64)
  const nulsAt = (parity: number) => sample.filter((byte, index) => byte === 0 && index % 2 === parity).length
  const most = Math.max(nulsAt(0), nulsAt(1))
  return most >= 2 && most >= sample.length / 4 ? 'every other byte is NUL, as in UTF-16' : undefined
}

function otherEncoding({ file, migration }: Origin, sign: string): MigrateError {
  return new MigrateError('MIGRATION_ENCODING', `${file ?? migration} is not UTF-8: ${sign}`, {
    hint: 'Save the file as UTF-8',
    details: { migration, file, offset: 0, line: 1 },
  })
}

function invalidBytes(bytes: Uint8Array, origin: Origin): MigrateError {
  const { file, migration } = origin
  const offset = firstInvalid(bytes)
  const line = bytes.subarray(0, offset).reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 1)
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0')
  return new MigrateError(
    'MIGRATION_ENCODING',
    `${placeName(origin, line)}: the byte 0x${byte} at offset ${offset} is not UTF-8`,
    {
      hint: 'Save the file as UTF-8; it was probably written as Latin-1 or Windows-1252',
      details: { migration, file, line, offset },
    },
  )
}

/** Offset of the first byte that belongs to no UTF-8 character. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const size = sizeAfter(bytes[at] ?? 0)
    if (size === 0 || (size > 1 && !isUtf8(bytes.subarray(at, at + size)))) return at
    at += size
  }
  return at
}

/** Bytes of the character that begins with this byte, 0 where none does. */
function sizeAfter(byte: number): number {
  if (byte < 0x80) return 1
  if (byte < 0xc2 || byte > 0xf4) return 0
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
}
