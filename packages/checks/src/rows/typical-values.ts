import type { SchemaColumn, SqlValue } from '@whimbrel/core'
import type { ColumnNature } from './column-nature.ts'
import { letters } from './matching-text.ts'

/** Which row of a table, and which column of the row, a value is for. */
export interface Place {
  /** Number of the row from 0. Values of different rows differ where the column has room for it. */
  readonly row: number
  /** Position of the column: what comes later in the table comes later in time. */
  readonly column: number
}

/** Away from the small numbers that people write into migrations. */
const FIRST_KEY = 1001

/** What an application would write into such a column, the likeliest first. */
export function typicalValues(column: SchemaColumn, nature: ColumnNature, place: Place): readonly SqlValue[] {
  if (nature === 'any') return natures.flatMap((each) => typicalValues(column, each, place).slice(0, 2))
  return valuesOf[nature](column, place)
}

const natures = ['text', 'integer', 'real', 'blob', 'json'] as const

type Values = (column: SchemaColumn, place: Place) => readonly SqlValue[]

const valuesOf: Readonly<Record<Exclude<ColumnNature, 'any'>, Values>> = {
  integer: ({ keyPosition }, { row }) =>
    keyPosition > 0 ? [BigInt(FIRST_KEY + row), BigInt(row + 1)] : [BigInt(row + 1), 1n, 0n, -1n],
  real: (_, { row }) => [row + 0.5, 0.5, 0, -0.5],
  boolean: (_, { row }) => (row % 2 === 0 ? [1n, 0n] : [0n, 1n]),
  blob: (_, { row }) => [bytes(4, row)],
  time: (_, place) => [instant(place), instant(place).slice(0, 10), instant(place).slice(11, 19)],
  json: (_, { row }) => jsonDocuments(row),
  text: ({ name }, { row }) => [
    `${name} ${row + 1}`,
    letters(row),
    `https://example.org/${name}/${row + 1}`,
    `${letters(row)}@example.org`,
    letters(row).toUpperCase(),
    String(row + 1),
  ],
}

/** JSON documents of every kind. */
export function jsonDocuments(row: number): readonly string[] {
  return [`{"value":${row + 1}}`, `["value ${row + 1}"]`, `"value ${row + 1}"`, String(row + 1)]
}

/** So many bytes, the last of them the number. */
export function bytes(length: number, number: number): Uint8Array {
  const array = new Uint8Array(length).fill(0xa5)
  for (let at = length - 1, rest = number; at >= 0 && (rest > 0 || at === length - 1); at -= 1) {
    array[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return array
}

/** A fixed moment: a day for each row, a minute for each column. */
function instant({ row, column }: Place): string {
  const DAY = 86_400_000
  return new Date(Date.UTC(2026, 0, 1) + row * DAY + column * 60_000).toISOString()
}
