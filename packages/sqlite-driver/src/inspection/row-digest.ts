import { createHash } from 'node:crypto'
import type { SqlValue } from '@whimbrel/core'

const SIZE = 1 << 18
/** Type and length, or a number. */
const HEAD = 9
/** Bytes that a UTF-16 unit takes at most in UTF-8. */
const WIDEST = 3

const [NULL, INTEGER, REAL, TEXT, BLOB] = [0, 1, 2, 3, 4]

/**
 * Hash of rows whose values are exact. Each value is written with its type and length, so that neither 1, 1.0 and '1'
 * nor ('a', 'bc') and ('ab', 'c') are the same.
 */
export class RowDigest {
  readonly #hash = createHash('sha256')
  readonly #buffer = Buffer.allocUnsafe(SIZE)
  #used = 0
  #rows = 0

  get rows(): number {
    return this.#rows
  }

  add(row: readonly SqlValue[]): void {
    this.#rows += 1
    for (const value of row) this.#addValue(value)
  }

  finish(): string {
    this.#flush()
    return `sha256:${this.#hash.digest('hex')}`
  }

  #addValue(value: SqlValue): void {
    if (this.#used + HEAD > SIZE) this.#flush()
    if (typeof value === 'string') this.#addText(value)
    else if (typeof value === 'bigint') this.#used = this.#buffer.writeBigInt64LE(value, this.#type(INTEGER))
    else if (typeof value === 'number') this.#used = this.#buffer.writeDoubleLE(value, this.#type(REAL))
    else if (value === null) this.#used = this.#type(NULL)
    else this.#addBytes(BLOB, value)
  }

  #addText(text: string): void {
    if (HEAD + text.length * WIDEST > SIZE) {
      this.#addBytes(TEXT, Buffer.from(text))
      return
    }
    if (this.#used + HEAD + text.length * WIDEST > SIZE) this.#flush()
    const at = this.#type(TEXT)
    const length = this.#buffer.write(text, at + 4)
    this.#used = this.#buffer.writeUInt32LE(length, at) + length
  }

  #addBytes(type: number, bytes: Uint8Array): void {
    this.#used = this.#buffer.writeUInt32LE(bytes.length, this.#type(type))
    if (this.#used + bytes.length > SIZE) this.#flush()
    if (bytes.length > SIZE) {
      this.#hash.update(bytes)
      return
    }
    this.#buffer.set(bytes, this.#used)
    this.#used += bytes.length
  }

  /** Writes the type and returns where the value goes. */
  #type(type: number): number {
    this.#buffer[this.#used] = type
    return this.#used + 1
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#used))
    this.#used = 0
  }
}
