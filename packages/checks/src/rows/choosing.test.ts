import { type DatabaseSchema, sqliteDialect } from '@whimbrel/core'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidates } from './candidates.ts'
import { alphabetOf, letters, textGlob, textLike, wordOf } from './matching-text.ts'
import { parentsFirst } from './parents-first.ts'
import { combinations, Search } from './search.ts'
import { tableShape } from './table-shape.ts'

const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })

describe('combinations', () => {
  it('are all there are, each once, first choices first', () => {
    fc.assert(
      fc.property(sizes, (choices) => {
        const all = [...combinations(choices)]
        expect(new Set(all.map((each) => each.join())).size).toBe(
          choices.reduce((product, size) => product * size, 1),
        )
        expect(all.every((each) => each.every((index, at) => index < (choices[at] ?? 0)))).toBe(true)
        const sums = all.map((each) => each.reduce((sum, index) => sum + index, 0))
        expect(sums).toEqual([...sums].sort((a, b) => a - b))
      }),
    )
  })

  it('are walked until one fits, whatever is blamed', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 0 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 4 })),
        (choices, seed, blames) => {
          const wanted = choices
            .map((size, at) => (seed >> (at * 2)) % size)
            .map(Math.abs)
            .join()
          const search = new Search(choices)
          let current: readonly number[] | undefined = search.current
          for (
            let tries = 0;
            current !== undefined && current.join() !== wanted && tries < 2000;
            tries += 1
          ) {
            const [blamed = 0] = blames.take(1)
            current = search.next([blamed % choices.length])
          }
          // Places that were blamed wrongly may use a place up; every combination is visited in the end.
          expect(current?.join()).toBe(wanted)
        },
      ),
    )
  })
})

describe('texts', () => {
  const engine = new Database(':memory:')
  const ask = (sql: string, ...values: unknown[]) =>
    engine
      .prepare(sql)
      .pluck()
      .get(...values)
  const part = fc.constantFrom('*', '?', '[a-f]', '[0-9]', '[^0-9]', '[xyz]', 'a', '-', '.', 'Z')

  it('fit the GLOB pattern they are made for', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.nat(1000), (parts, number) => {
        const pattern = parts.join('')
        expect([pattern, ask('SELECT ? GLOB ?', textGlob(pattern, letters(number)), pattern)]).toEqual([
          pattern,
          1,
        ])
      }),
    )
  })

  it('fit the LIKE pattern they are made for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('%', '_', 'a', '://', 'B'), { maxLength: 8 }),
        fc.nat(1000),
        (parts, number) => {
          const pattern = parts.join('')
          expect(ask('SELECT ? LIKE ?', textLike(pattern, letters(number)), pattern)).toBe(1)
        },
      ),
    )
  })

  it('have the length they should, and differ from number to number', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(35), { minLength: 2 }),
        fc.integer({ min: 2, max: 64 }),
        (numbers, length) => {
          const words = numbers.map((number) => wordOf('0123456789abcdef', number, length))
          expect(words.every((word) => word.length === length)).toBe(true)
          expect(new Set(words).size).toBe(words.length)
        },
      ),
    )
  })

  it('know the members of a class of characters', () => {
    expect(alphabetOf('a-e_0-2-')).toBe('abcde_012-')
  })
})

describe('parents', () => {
  it('come before their children unless they are in a circle', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    fc.assert(
      fc.property(
        fc.shuffledSubarray(names, { minLength: 6 }),
        fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 }),
        (order, links) => {
          const parentsOf = (name: string) =>
            links
              .filter(([child, parent]) => child > parent && names[child] === name)
              .map(([, parent]) => names[parent] ?? '')
          const tables = order.map((name) => ({
            name,
            references: parentsOf(name).map((parent) => ({ parent })),
          }))
          const sorted = parentsFirst(tables).map(({ name }) => name)
          expect([...sorted].sort()).toEqual(names)
          for (const { name, references } of tables)
            for (const { parent } of references)
              expect(sorted.indexOf(parent)).toBeLessThan(sorted.indexOf(name))
        },
      ),
    )
  })
})

describe('candidates', () => {
  const column = (change: object) => ({
    name: 'x',
    type: 'TEXT',
    notNull: true,
    default: null,
    keyPosition: 0,
    generated: false,
    ...change,
  })
  const shapeOf = (sql: string, change: object = {}) => {
    const table: DatabaseSchema['objects'][number] = {
      kind: 'table',
      name: 't',
      table: 't',
      sql,
      columns: [column(change)],
      storage: 'ordinary',
    }
    return tableShape(table, [table], sqliteDialect)
  }

  it('are the same for the same place, few, and none of them twice', () => {
    const types = fc.constantFrom('TEXT', 'INTEGER', 'REAL', 'BLOB', '', 'BOOLEAN', 'DATE', 'JSON', 'POINT')
    const checks = fc.constantFrom(
      "x IN ('a', 'b')",
      'length(x) = 9',
      'x > 3',
      "x GLOB 'a*'",
      'json_valid(x)',
      "x <> ''",
    )
    fc.assert(
      fc.property(types, fc.array(checks), fc.nat(100), (type, all, row) => {
        const sql = `CREATE TABLE t (x ${type} ${all.map((check) => `CHECK (${check})`).join(' ')})`
        const shape = shapeOf(sql, { type })
        const values = candidates(shape, column({ type }), row)
        expect(candidates(shapeOf(sql, { type }), column({ type }), row)).toEqual(values)
        expect(values.length).toBeGreaterThan(0)
        expect(values.length).toBeLessThanOrEqual(24)
        expect(new Set(values.map((value) => `${typeof value} ${value}`)).size).toBe(values.length)
      }),
    )
  })

  it('begin with what the table names, each row with another one', () => {
    const shape = shapeOf("CREATE TABLE t (x TEXT CHECK (x IN ('a', 'b')))")
    expect([0, 1, 2].map((row) => candidates(shape, column({}), row)[0])).toEqual(['a', 'b', 'a'])
  })

  it('know what a text cannot say: a table that cannot be read has no rules', () => {
    expect(shapeOf("CREATE TABLE t (x TEXT CHECK (x = 'open").rules).toEqual([])
  })
})
