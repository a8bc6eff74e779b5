import type { MigrateError } from '../migrate-error.ts'
import { type Complaint, errorAtLine, lineAt, type Origin } from '../sql/position.ts'
import { suggest } from '../suggest.ts'

/** The text that a header item stands in. */
export interface HeaderText {
  readonly text: string
  readonly origin: Origin
}

/** One line of metadata, from a header comment or from a metadata file. */
export interface HeaderItem {
  /** The key as written. */
  readonly key: string
  readonly value: string | boolean | readonly string[]
  /** Offset of the line in its text. */
  readonly offset: number
  readonly in: HeaderText
}

/** Keys of a migration's metadata, in the spelling of header comments. */
const headerKeys = [
  'Migration',
  'Description',
  'Author',
  'Date',
  'Depends-On',
  'Environments',
  'Transaction',
  'Foreign-Keys',
  'Irreversible',
  'Expect-Loss',
  'Engine',
] as const

export type HeaderKey = (typeof headerKeys)[number]

const asWritten = new Map<string, HeaderKey>(headerKeys.map((key) => [key, key]))
const byNormalKey = new Map<string, HeaderKey>(headerKeys.map((key) => [normal(key), key]))

/** The key that was written, whatever its letter case and whether with `-` or `_`. */
export function knownKey(written: string): HeaderKey | undefined {
  return asWritten.get(written) ?? byNormalKey.get(normal(written))
}

/** The key that was probably meant. */
export function nearestKey(written: string): HeaderKey | undefined {
  const nearest = suggest(normal(written), [...byNormalKey.keys()])
  return nearest === undefined ? undefined : byNormalKey.get(nearest)
}

function normal(key: string): string {
  return key.toLowerCase().replaceAll('_', '-')
}

export function lineOf(item: HeaderItem): number {
  return lineAt(item.in.text, item.offset)
}

/** MIGRATION_HEADER at the line of an item. */
export function headerError(item: HeaderItem, complaint: Complaint): MigrateError {
  return errorAtLine('MIGRATION_HEADER', { ...item.in.origin, line: lineOf(item) }, complaint)
}
