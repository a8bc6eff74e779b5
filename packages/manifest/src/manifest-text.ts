import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { MigrateError } from '@whimbrel/core'

const largestBytes = 1024 * 1024

/**
 * The text of a manifest file: UTF-8, with or without a byte-order mark, at most 1 MiB.
 *
 * @throws MANIFEST_NOT_FOUND when there is no such file
 * @throws MANIFEST_INVALID when it is a folder, cannot be read, is too large or is not UTF-8
 */
export function readManifestText(path: string): string {
  const bytes = readBytes(path)
  if (bytes.length > largestBytes) {
    throw invalid(
      path,
      'is larger than 1 MiB',
      'A manifest only names databases; check that this is the right file',
    )
  }
  if (looksLikeUtf16(bytes)) throw invalid(path, 'is UTF-16', 'Save it as UTF-8')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const line = badLine(bytes)
    throw invalid(path, `is not UTF-8: line ${line} holds bytes of another encoding`, 'Save it as UTF-8', {
      line,
    })
  }
}

/** Reads one byte more than is allowed and no further, so that a device or a huge file cannot fill the memory. */
function readBytes(path: string): Uint8Array {
  try {
    const file = openSync(path, 'r')
    try {
      const buffer = new Uint8Array(largestBytes + 1)
      let length = 0
      let read = -1
      while (read !== 0 && length < buffer.length) {
        read = readSync(file, buffer, length, buffer.length - length, null)
        length += read
      }
      return buffer.subarray(0, length)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): MigrateError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new MigrateError('MANIFEST_NOT_FOUND', `There is no manifest at ${path}`, {
      hint: 'Run "whimbrel init" to make one, or name another with --manifest FILE',
      details: { file: path },
      cause,
    })
  }
  if (code === 'EISDIR') {
    const inside = ['manifest.json', 'whimbrel.json']
      .map((name) => join(path, name))
      .find((file) => existsSync(file))
    return invalid(
      path,
      'is a folder, not a file',
      `Name the file in it: ${inside ?? join(path, 'manifest.json')}`,
    )
  }
  const why = cause instanceof Error ? cause.message : String(cause)
  return invalid(path, `cannot be read: ${why}`, 'Check its permissions and those of its folder', { cause })
}

function looksLikeUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return marked || (bytes.length > 1 && (first === 0) !== (second === 0))
}

function badLine(bytes: Uint8Array): number {
  // Every line feed byte is a line feed in UTF-8, so each line can be decoded by itself.
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  let start = 0
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    try {
      decoder.decode(bytes.subarray(start, end))
    } catch {
      return line
    }
    line += 1
    start = end + 1
  }
  return line
}

function invalid(
  path: string,
  what: string,
  hint: string,
  more: { readonly line?: number; readonly cause?: unknown } = {},
): MigrateError {
  return new MigrateError('MANIFEST_INVALID', `The manifest ${path} ${what}`, {
    hint,
    details: { file: path, ...(more.line === undefined ? {} : { line: more.line }) },
    cause: more.cause,
  })
}
