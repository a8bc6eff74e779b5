import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { KilledReleases } from './killed-release.ts'
import { Product, twoReleases } from './product.ts'

const names = ['settings', 'knowledge_graph', 'ontology']
const oldState = { settings: '001_notes', knowledge_graph: '001_notes', ontology: '001_notes' }
const newState = { settings: '003_index', knowledge_graph: '003_index', ontology: '003_index' }

let killed: KilledReleases
beforeAll(async () => {
  killed = await KilledReleases.compile()
})
afterAll(() => killed.remove())

/** Three databases with their second release pending. */
async function pending(): Promise<Product> {
  const { first, second } = twoReleases(names)
  const made = Product.create(first)
  onTestFinished(() => made.remove())
  await made.up()
  made.write(second)
  return made
}

/** A directory where the journal is to be written: nothing can be written there. */
function obstruct(made: Product, name: string): () => void {
  const path = `${made.path(name)}.run.tmp`
  mkdirSync(path)
  return () => rmdirSync(path)
}

describe('a run journal that cannot be written', () => {
  it.each(names)('beside %s leaves all databases as they were, and no other journal', async (name) => {
    const made = await pending()
    const clear = obstruct(made, name)
    await expect(made.up()).rejects.toMatchObject({
      code: 'DATABASE_IO',
      message: expect.stringContaining(`The run journal of ${name}.db cannot be written`),
    })
    expect(made.standing()).toEqual(oldState)
    clear()
    expect(made.journals()).toEqual([])
    await made.up()
    expect(made.standing()).toEqual(newState)
  })

  it('while a run is to be taken back leaves the decision that stands, and the next recovery takes it back', async () => {
    const made = await pending()
    expect(await killed.run(made, 'committed:knowledge_graph', 'WAL')).toBe('SIGKILL')
    made.write({ settings: { '002_tags': ['ALTER TABLE notes ADD COLUMN other TEXT;'] } })
    const clear = obstruct(made, 'settings')
    await expect(made.runner().recover()).rejects.toMatchObject({ code: 'DATABASE_IO' })
    clear()
    expect(made.journals()).toHaveLength(3)
    const [report] = await made.runner().recover()
    expect(report?.outcome).toBe('taken-back')
    expect(made.standing()).toEqual(oldState)
    expect(made.journals()).toEqual([])
  })
})

describe('a run journal that a kill kept from being finished', () => {
  it.each([
    ['of all databases', undefined],
    ['of one database', ['settings']],
  ])('is gone after the next run %s', async (_, databases) => {
    const made = await pending()
    writeFileSync(`${made.path('settings')}.run.tmp`, '{ "whimbrelRun"')
    await made.runner().run({ direction: 'up', databases })
    expect(made.standing()).toMatchObject({ settings: '003_index' })
    expect(made.journals()).toEqual([])
  })
})

describe('a run journal of the coordinator that is gone', () => {
  it('does not leave the databases divided: their records tell that it had been decided', async () => {
    const made = await pending()
    expect(await killed.run(made, 'committed:knowledge_graph', 'WAL')).toBe('SIGKILL')
    rmSync(`${made.path('knowledge_graph')}.run`)
    const [report] = await made.runner().recover()
    expect(report?.outcome).toBe('finished')
    expect(made.standing()).toEqual(newState)
    expect(made.journals()).toEqual([])
  })

  it('is no decision where nothing was committed', async () => {
    const made = await pending()
    expect(await killed.run(made, 'decided', 'WAL')).toBe('SIGKILL')
    rmSync(`${made.path('knowledge_graph')}.run`)
    const [report] = await made.runner().recover()
    expect(report?.outcome).toBe('undecided')
    expect(made.standing()).toEqual(oldState)
    expect(made.journals()).toEqual([])
  })
})
