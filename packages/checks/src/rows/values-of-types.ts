import { type DatabaseSchema, type Dialect, type SqlValue, sqlTokens } from '@whimbrel/core'
import { bytes } from './typical-values.ts'

type Values = (row: number, rest: RegExpExecArray) => readonly SqlValue[]

/** Types of servers that take only texts of their own form, or that read like another type. */
const special: readonly (readonly [RegExp, Values])[] = [
  [/^uuid$/, (row) => [`00000000-0000-4000-8000-${String(row + 1).padStart(12, '0')}`]],
  [/^interval\b/, (row) => [`${row + 1} days`]],
  [/^(?:inet|cidr)$/, (row) => [`10.0.0.${(row % 250) + 1}`]],
  [/^macaddr8?$/, (row) => [`08:00:2b:01:02:${(row % 256).toString(16).padStart(2, '0')}`]],
  [/^money$/, (row) => [String(row + 1)]],
  [
    /^bit(?: varying)?(?:\((\d+)\))?$/,
    (row, [, size = '1']) => [row.toString(2).slice(-size).padStart(Number(size), '0')],
  ],
  [/^bytea$/, (row) => [bytes(4, row)]],
  [/^jsonb?$/, (row) => [`{"value":${row + 1}}`, `["value ${row + 1}"]`, String(row + 1)]],
  [/^xml$/, (row) => [`<value>${row + 1}</value>`]],
  [/^(?:tsvector|tsquery)$/, (row) => [`value${row + 1}`]],
  [/^point$/, (row) => [`(${row},${row})`]],
  [/^(?:box|lseg|path|polygon)$/, (row) => [`(0,0),(${row + 1},${row + 1})`]],
  [/^circle$/, (row) => [`<(0,0),${row + 1}>`]],
  [/^line$/, (row) => [`{1,-1,${row}}`]],
  [/^pg_lsn$/, (row) => [`0/${row + 1}`]],
  [/^(?:int4|int8|num)range$/, (row) => [`[${row * 10},${row * 10 + 5})`, 'empty']],
  [/^(?:ts|tstz|date)range$/, (row) => [`[2026-01-${day(row)},2026-01-${day(row)}]`, 'empty']],
  [/^(?:hstore|public\.hstore)$/, (row) => [`"key"=>"${row + 1}"`]],
  [/^(?:ltree|public\.ltree)$/, (row) => [`value.${row + 1}`]],
  [/^(?:citext|public\.citext)$/, (row) => [`value ${row + 1}`]],
]

/** What a schema says of the types of its columns: labels of enumerations, ranges, what domains stand for. */
export class ValuesOfTypes {
  /** The statement of each type, by its names. */
  readonly #made: ReadonlyMap<string, string>
  readonly #dialect: Dialect

  constructor({ objects }: DatabaseSchema, dialect: Dialect) {
    this.#dialect = dialect
    const types = objects.filter(({ kind }) => kind === 'type')
    this.#made = new Map(
      types.flatMap(({ name, reference = name, sql }): [string, string][] => [
        [name, sql],
        [reference, sql],
      ]),
    )
  }

  /** Values of a type; undefined where nothing is known but its name. */
  of(type: string, row: number): readonly SqlValue[] | undefined {
    if (type.endsWith('[]')) return this.#array(type.slice(0, -2), row)
    const made = this.#made.get(type)
    if (made !== undefined) return this.#madeValues(made, row)
    for (const [pattern, values] of special) {
      const found = pattern.exec(type)
      if (found !== null) return values(row, found)
    }
    return undefined
  }

  #madeValues(sql: string, row: number): readonly SqlValue[] | undefined {
    const tokens = sqlTokens(sql, this.#dialect)
    const labels = tokens.filter(({ kind }) => kind === 'string').map(({ value }) => value)
    if (/ AS ENUM /.test(sql)) return labels.map((_, at) => labels[(at + row) % labels.length] ?? '')
    const base = /^CREATE DOMAIN \S+ AS (.*?)(?: DEFAULT | NOT NULL| CONSTRAINT |$)/.exec(sql)?.[1]
    if (base !== undefined)
      return labels.length > 0 ? [...labels.map(matching), ...labels] : this.of(base, row)
    if (/ AS RANGE /.test(sql)) return [`[${row * 10},${row * 10 + 5})`, 'empty']
    const commas = tokens.filter(({ text }) => text === ',').length
    return [`(${','.repeat(commas)})`]
  }

  /** `{…}` with one value, and none. */
  #array(type: string, row: number): readonly SqlValue[] {
    const [first = row + 1] = this.of(type, row) ?? []
    if (first instanceof Uint8Array) return ['{}']
    const text = String(first).replaceAll(/["\\]/g, '\\$&')
    return [/^\w+$/.test(text) ? `{${text}}` : `{"${text}"}`, '{}']
  }
}

function day(row: number): string {
  return String((row % 28) + 1).padStart(2, '0')
}

/** A text that may match the pattern of a domain: what stands in it, between letters. */
function matching(pattern: string): string {
  return `a${pattern.replaceAll(/[^\w@.-]/g, '')}b.org`
}
