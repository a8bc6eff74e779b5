import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

const LONG_TOKEN = 64
const KEPT_CAPACITY = 1 << 20

/**
 * Collects the significant tokens of a script for its checksum: the text of each in UTF-8, followed by a NUL. No
 * token can hold a NUL, so no two lists of tokens look alike. Only one collects
 * at a time.
 */
export class TokenHash {
  /** One buffer for all, because nothing here ever waits; a file of many megabytes gets one that is then let go. */
  static #shared = Buffer.allocUnsafeSlow(1 << 14)
  #bytes = TokenHash.#shared
  #length = 0

  add(text: string, start: number, end: number): void {
    const needed = this.#length + (end - start) * 3 + 1
    if (needed > this.#bytes.length) this.#grow(needed)
    const bytes = this.#bytes
    let length = this.#length
    if (end - start > LONG_TOKEN) length += bytes.write(text.slice(start, end), length, 'utf8')
    else {
      for (let at = start; at < end; at += 1) {
        const character = text.charCodeAt(at)
        if (character > 127) {
          length = this.#length + bytes.write(text.slice(start, end), this.#length, 'utf8')
          break
        }
        bytes[length] = character
        length += 1
      }
    }
    bytes[length] = 0
    this.#length = length + 1
  }

  digest(): string {
    return `sha256:${hash('sha256', this.#bytes.subarray(0, this.#length))}`
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    if (grown.length <= KEPT_CAPACITY) TokenHash.#shared = grown
  }
}

/** Checksum of SQL that cannot be read here, over all of it but the white space around. */
export function opaqueChecksum(sql: string): string {
  const hash = new TokenHash()
  const text = sql.trim()
  hash.add(text, 0, text.length)
  return hash.digest()
}
