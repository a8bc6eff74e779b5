import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { found, type MigrationText } from './migration-texts.ts'

/** One reversible piece of a migration: what it does, what takes it back, and the object it is about. */
interface Piece {
  readonly up: string
  readonly down: string
  readonly object: string
}

/** What a migration can do to a table that is there before it. */
const pieces: readonly ((number: number) => Piece)[] = [
  (n) => ({
    up: `CREATE TABLE made${n} (id INTEGER PRIMARY KEY, a TEXT NOT NULL, base_id INTEGER NOT NULL REFERENCES base)`,
    down: `DROP TABLE made${n}`,
    object: `the table made${n}`,
  }),
  (n) => ({
    up: `CREATE TABLE keyed${n} (a TEXT, b INTEGER, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID`,
    down: `DROP TABLE keyed${n}`,
    object: `the table keyed${n}`,
  }),
  (n) => ({
    up: `ALTER TABLE base ADD COLUMN extra${n} TEXT`,
    down: `ALTER TABLE base DROP COLUMN extra${n}`,
    object: `the column base.extra${n}`,
  }),
  (n) => ({
    up: `ALTER TABLE base ADD COLUMN needed${n} INTEGER NOT NULL DEFAULT ${n}`,
    down: `ALTER TABLE base DROP COLUMN needed${n}`,
    object: `the column base.needed${n}`,
  }),
  (n) => ({
    up: `CREATE INDEX index${n} ON base (name)`,
    down: `DROP INDEX index${n}`,
    object: `the index index${n} on base`,
  }),
  (n) => ({
    up: `CREATE UNIQUE INDEX unique${n} ON base (id, name) WHERE size > ${n}`,
    down: `DROP INDEX unique${n}`,
    object: `the index unique${n} on base`,
  }),
  (n) => ({
    up: `CREATE VIEW view${n} AS SELECT name, size + ${n} AS more FROM base`,
    down: `DROP VIEW view${n}`,
    object: `the view view${n}`,
  }),
  (n) => ({
    up: `CREATE TRIGGER trigger${n} AFTER UPDATE OF size ON base BEGIN DELETE FROM log WHERE id = new.size - ${n}00000; END`,
    down: `DROP TRIGGER trigger${n}`,
    object: `the trigger trigger${n} on base`,
  }),
]

/** Pieces that change rows: a down without them is found, too, and names the table. */
const rowPieces: readonly ((number: number) => Piece)[] = [
  (n) => ({
    up: `UPDATE base SET size = size + ${n + 1}`,
    down: `UPDATE base SET size = size - ${n + 1}`,
    object: 'the rows of base',
  }),
  (n) => ({
    up: `INSERT INTO log (id, what) VALUES (${n + 5000}, 'seed')`,
    down: `DELETE FROM log WHERE id = ${n + 5000}`,
    object: 'the rows of log',
  }),
]

const base: MigrationText = {
  up: `CREATE TABLE base (id INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER); CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
    INSERT INTO base VALUES (1, 'one', 1), (2, 'two', NULL);`,
  down: 'DROP TABLE log; DROP TABLE base;',
}

const kinds = [...pieces, ...rowPieces]
/** Some migrations of some pieces each; numbers make names unique. */
const histories = fc.array(fc.array(fc.nat(kinds.length - 1), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 5,
})

function madeOf(history: readonly (readonly number[])[]): readonly (readonly Piece[])[] {
  let number = 0
  return history.map((migration) =>
    migration.map((kind) => {
      number += 1
      return (kinds[kind] as (number: number) => Piece)(number)
    }),
  )
}

function textsOf(
  migrations: readonly (readonly Piece[])[],
  isForgotten: (piece: Piece) => boolean = () => false,
) {
  const texts = migrations.map((parts, at): [string, MigrationText] => {
    const back = [...parts].reverse().filter((piece) => !isForgotten(piece))
    const down = ['SELECT 1', ...back.map((piece) => piece.down)]
    return [
      `${String(at + 2).padStart(3, '0')}_next`,
      { up: `${parts.map(({ up }) => up).join(';\n')};`, down: `${down.join(';\n')};` },
    ]
  })
  return Object.fromEntries([['001_base', base], ...texts])
}

describe('for any history of migrations', () => {
  it('a check finds nothing where every down takes back what its up did', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const { codes, notes } = await found(textsOf(madeOf(history)))
        expect([codes, notes]).toEqual([[], []])
      }),
      { numRuns: 40 },
    )
  })

  it('a check names what one of the downs forgets, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async (history, seed) => {
        const migrations = madeOf(history)
        const all = migrations.flat()
        const forgotten = all[seed % all.length]
        const at = migrations.findIndex((parts) => parts.some((piece) => piece === forgotten))
        const { findings } = await found(textsOf(migrations, (piece) => piece === forgotten))
        expect(findings.map(({ migration }) => migration)).toEqual([
          `${String(at + 2).padStart(3, '0')}_next`,
        ])
        expect(findings[0]?.message).toContain(forgotten?.object)
      }),
      { numRuns: 40 },
    )
  })
})
