import { compareSchemas, type DatabaseSchema, sqliteDialect } from '@whimbrel/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mutationsOf, schemaModel, spelling, statementsOf } from './schema-model.ts'
import { lineOf, schemaOf } from './schema-of.ts'

const lines = (before: DatabaseSchema, after: DatabaseSchema) =>
  compareSchemas(before, after, sqliteDialect).map(lineOf)

describe('compareSchemas, for schemas of every kind', () => {
  it('sees no difference between two spellings of one schema', async () => {
    await fc.assert(
      fc.asyncProperty(schemaModel, spelling, async (model, how) => {
        const [one, other] = [
          await schemaOf(...statementsOf(model)),
          await schemaOf(...statementsOf(model, how)),
        ]
        expect(lines(one, one)).toEqual([])
        expect(lines(one, other)).toEqual([])
        expect(lines(other, one)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('tells every single change exactly once, however it is spelled', async () => {
    await fc.assert(
      fc.asyncProperty(schemaModel, spelling, fc.nat(), async (model, how, pick) => {
        const mutations = mutationsOf(model)
        const { told, result } = mutations[pick % mutations.length] as (typeof mutations)[number]
        const before = await schemaOf(...statementsOf(model))
        const after = await schemaOf(...statementsOf(result, how))
        const found = lines(before, after)
        expect(found).toHaveLength(1)
        expect(found[0]?.startsWith(told)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('tells the same from the other side, the other way round', async () => {
    await fc.assert(
      fc.asyncProperty(schemaModel, schemaModel, async (a, b) => {
        const [one, other] = [await schemaOf(...statementsOf(a)), await schemaOf(...statementsOf(b))]
        const there = compareSchemas(one, other, sqliteDialect)
        const back = compareSchemas(other, one, sqliteDialect)
        const sidesOf = (from: string | undefined, to: string | undefined) => `${from} -> ${to}`
        expect(back.map(({ before, after }) => sidesOf(after, before)).sort()).toEqual(
          there.map(({ before, after }) => sidesOf(before, after)).sort(),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('sees no difference after SQLite has altered tables there and back', async () => {
    const steps = fc.array(fc.constantFrom('column', 'table', 'parent', 'extra', 'required'), {
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(schemaModel, steps, async (model, taken) => {
        const statements = statementsOf(model)
        const before = await schemaOf(...statements)
        const after = await schemaOf(...statements, ...taken.flatMap((step) => thereAndBack[step] ?? []))
        expect(lines(before, after)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

/** Statements on a table of the model that cancel each other out. */
const thereAndBack: Readonly<Record<string, readonly string[]>> = {
  table: ['ALTER TABLE "T 0" RENAME TO u', 'ALTER TABLE u RENAME TO "T 0"'],
  parent: ['ALTER TABLE parent RENAME TO "the parent"', 'ALTER TABLE "the parent" RENAME TO parent'],
  column: ['ALTER TABLE parent RENAME COLUMN id TO "the id"', 'ALTER TABLE parent RENAME "the id" TO id'],
  extra: [
    "ALTER TABLE \"T 0\" ADD COLUMN zz TEXT DEFAULT 'a, b' CHECK (zz <> '')",
    'ALTER TABLE "T 0" DROP COLUMN zz',
  ],
  required: [
    'ALTER TABLE parent ADD COLUMN zz',
    'ALTER TABLE parent ALTER zz SET NOT NULL',
    'ALTER TABLE parent ALTER zz DROP NOT NULL',
    'ALTER TABLE parent DROP COLUMN zz',
  ],
}
