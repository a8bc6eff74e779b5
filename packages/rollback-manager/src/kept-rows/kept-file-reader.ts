import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { MigrateError, type SqlValue } from '@whimbrel/core'
import type { KeptFooter, KeptHeader } from './kept-file.ts'
import { decodeValue } from './kept-value.ts'

/** A row of a kept file. */
export interface KeptRow {
  /** Position of its table in the header. */
  readonly table: number
  readonly values: readonly SqlValue[]
}

/** The header of a file, without looking at the rest; undefined for a file that is none of this kind. */
export async function readKeptHeader(path: string): Promise<KeptHeader | undefined> {
  try {
    for await (const line of linesOf(path)) return headerOf(line)
  } catch {
    // A file that cannot be read is not offered to anybody.
  }
  return undefined
}

/**
 * Reads all of a file once and compares it with what its last line says. Throws KEPT_ROWS_DAMAGED for one that was cut
 * off, edited, or is no file of kept rows.
 */
export async function verifyKeptFile(path: string): Promise<{ header: KeptHeader; footer: KeptFooter }> {
  const hash = createHash('sha256')
  let header: KeptHeader | undefined
  let last: string | undefined
  const rows: number[] = []
  try {
    for await (const line of linesOf(path)) {
      if (last !== undefined) {
        update(hash, last)
        if (header === undefined) header = headerOf(last) ?? raise(invalid(path, 'is no file of kept rows'))
        else count(rows, last)
      }
      last = line
    }
  } catch (cause) {
    if (MigrateError.is(cause)) throw cause
    throw invalid(path, `cannot be read: ${(cause as Error).message}`)
  }
  const footer = last === undefined ? undefined : footerOf(last)
  if (header === undefined) throw invalid(path, 'is no file of kept rows')
  if (footer === undefined) throw invalid(path, 'was cut off: its last line is not there')
  const counted = header.tables.map((_, index) => rows[index] ?? 0)
  if (footer.sha256 !== hash.digest('hex') || String(footer.rows) !== String(counted))
    throw invalid(path, 'is not as it was written: its checksum is another one')
  return { header, footer }
}

/** The rows of a file that was verified, one by one. */
export async function* keptRows(path: string): AsyncIterable<KeptRow> {
  let isHeader = true
  for await (const line of linesOf(path)) {
    if (!isHeader && line.startsWith('[')) {
      const [table, values] = JSON.parse(line) as [number, unknown[]]
      yield { table, values: values.map(decodeValue) }
    }
    isHeader = false
  }
}

/** Lines as text, without the ends of lines. Only a line feed ends one: JSON lets other separators stand in strings. */
async function* linesOf(path: string): AsyncIterable<string> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path)) {
    const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    let start = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      yield bytes.toString('utf8', start, end)
      start = end + 1
    }
    rest = bytes.subarray(start)
  }
  if (rest.length > 0) yield rest.toString('utf8')
}

function update(hash: Hash, line: string): void {
  hash.update(line)
  hash.update('\n')
}

function count(rows: number[], line: string): void {
  const table = Number(/^\[(\d+),/.exec(line)?.[1] ?? -1)
  rows[table] = (rows[table] ?? 0) + 1
}

function headerOf(line: string): KeptHeader | undefined {
  const header = parsed(line) as Partial<KeptHeader> | undefined
  return header?.kept === 1 && Array.isArray(header.tables) ? (header as KeptHeader) : undefined
}

function footerOf(line: string): KeptFooter | undefined {
  const footer = parsed(line) as Partial<KeptFooter> | undefined
  return typeof footer?.sha256 === 'string' && Array.isArray(footer.rows) ? (footer as KeptFooter) : undefined
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) ?? undefined
  } catch {
    return undefined
  }
}

function raise(error: MigrateError): never {
  throw error
}

function invalid(path: string, what: string): MigrateError {
  return new MigrateError('KEPT_ROWS_DAMAGED', `${path} ${what}`, {
    hint: 'Take the file as it was written, from a copy of the folder; nothing was changed in the database',
    details: { file: path },
  })
}
