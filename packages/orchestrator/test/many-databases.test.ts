import { expect, it, onTestFinished } from 'vitest'
import { Product, twoReleases } from './product.ts'

it('keeps 100 databases together: all as they were when the last step of the last one fails, then all new', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `product_${String(index).padStart(2, '0')}`)
  const { first } = twoReleases(names)
  const made = Product.create(first)
  onTestFinished(() => made.remove())
  made.write({ product_99: { '002_wrong': ['INSERT INTO notes SELECT * FROM notes;'] } })
  await expect(made.up()).rejects.toMatchObject({ message: expect.stringContaining('002_wrong') })
  expect(new Set(Object.values(made.standing()))).toEqual(new Set(['none']))
  expect(made.journals()).toEqual([])
  made.write({ product_99: { '002_wrong': ['DELETE FROM notes;'] } })
  const { databases } = await made.up()
  expect(new Set(databases.map(({ outcome }) => outcome))).toEqual(new Set(['migrated']))
  expect(made.standing()).toMatchObject({ product_00: '001_notes', product_99: '002_wrong' })
  expect(made.journals()).toEqual([])
}, 60_000)
