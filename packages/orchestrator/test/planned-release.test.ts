import { describe, expect, it, onTestFinished } from 'vitest'
import { readReleasePlan } from '../src/index.ts'
import { Product, twoReleases } from './product.ts'

const names = ['settings', 'ontology']

async function released(): Promise<Product> {
  const { first, second } = twoReleases(names)
  const made = Product.create(first)
  onTestFinished(() => made.remove())
  await made.up()
  made.write(second)
  return made
}

/** As it comes back from a file. */
const written = (file: object) => readReleasePlan(JSON.stringify(file), 'release.json')

describe.each(['atomic', 'independent'] as const)('a planned %s run', (release) => {
  it('does what the plan says, and leaves what has come since pending', async () => {
    const made = await released()
    const file = written(await made.runner().planFile({ direction: 'up', release }))
    made.write({ settings: { '004_later': ['CREATE TABLE later (id);'] } })
    await made.runner().run({ direction: 'planned', file })
    expect(made.standing()).toEqual({ settings: '003_index', ontology: '003_index' })
  })

  it('refuses when a database has moved, and touches none', async () => {
    const made = await released()
    const file = written(await made.runner().planFile({ direction: 'up', release }))
    await made.runner().run({ direction: 'up', databases: ['ontology'], steps: 1 })
    await expect(made.runner().run({ direction: 'planned', file })).rejects.toMatchObject({
      code: 'STATE_MOVED',
      message: 'ontology is at 002_tags now, and the plan begins at 001_notes',
    })
    expect(made.standing()).toEqual({ settings: '001_notes', ontology: '002_tags' })
  })

  it('refuses when a migration was edited', async () => {
    const made = await released()
    const file = written(await made.runner().planFile({ direction: 'up', release }))
    made.write({ ontology: { '003_index': ['CREATE INDEX other ON notes (tag);'] } })
    await expect(made.runner().run({ direction: 'planned', file })).rejects.toMatchObject({
      code: 'STATE_MOVED',
      message: expect.stringContaining('ontology:003_index was edited since the plan was made'),
    })
    expect(made.standing()).toEqual({ settings: '001_notes', ontology: '001_notes' })
  })

  it('refuses to be carried out twice', async () => {
    const made = await released()
    const file = written(await made.runner().planFile({ direction: 'up', release }))
    await made.runner().run({ direction: 'planned', file })
    await expect(made.runner().run({ direction: 'planned', file })).rejects.toMatchObject({
      code: 'STATE_MOVED',
    })
  })

  it('of a rollback takes back exactly what the plan says', async () => {
    const made = await released()
    await made.up()
    const request = { direction: 'down', database: 'ontology', steps: 2, release } as const
    const file = written(await made.runner().planFile(request))
    await made.runner().run({ direction: 'planned', file })
    expect(made.standing()).toEqual({ settings: '003_index', ontology: '001_notes' })
    await expect(made.runner().run({ direction: 'planned', file })).rejects.toMatchObject({
      code: 'STATE_MOVED',
    })
  })
})
