import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

/** SHA-256 in hex over the bytes of one file. */
export function fingerprintOf(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}

/** SHA-256 in hex over several files, each with its role and its length, so that no byte can change places. */
export function fingerprintOfAll(files: readonly (readonly [role: string, bytes: Uint8Array])[]): string {
  const parts = files.flatMap(([role, bytes]) => [Buffer.from(`${role}:${bytes.length}\n`), bytes])
  return hash('sha256', Buffer.concat(parts))
}
