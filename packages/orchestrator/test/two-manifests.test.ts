import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { KilledReleases } from './killed-release.ts'
import { Product, twoReleases } from './product.ts'

let killed: KilledReleases
beforeAll(async () => {
  killed = await KilledReleases.compile()
})
afterAll(() => killed.remove())

/** Two manifests that share one database; the release of the first was killed when one database was committed. */
async function crashed(names: { own: string; shared: string; other: string }, committed: string) {
  const all = Object.values(names)
  const { first, second } = twoReleases(all)
  const whole = Product.create(first)
  onTestFinished(() => whole.remove())
  await whole.up()
  whole.write(second)
  const one = new Product(whole.folder, [names.own, names.shared])
  const two = new Product(whole.folder, [names.shared, names.other])
  expect(await killed.run(one, `committed:${committed}`, 'WAL')).toBe('SIGKILL')
  return { whole, one, two }
}

const more = (name: string) => ({
  [name]: { '004_more': ['CREATE TABLE more (id INTEGER);', 'DROP TABLE more;'] as const },
})

describe('two manifests with the same databases in opposite orders', () => {
  it('do not wait for each other in a circle when they start at once', async () => {
    const names = ['settings', 'knowledge_graph', 'ontology']
    const { first, second } = twoReleases(names)
    const one = Product.create(first)
    onTestFinished(() => one.remove())
    await one.up()
    one.write(second)
    const other = new Product(one.folder, [...names].reverse())
    const reports = await Promise.all([one.up(), other.up()])
    const migrated = reports.map(({ databases }) => databases.every(({ outcome }) => outcome === 'migrated'))
    expect(migrated.filter(Boolean)).toHaveLength(1)
    expect(new Set(Object.values(one.standing()))).toEqual(new Set(['003_index']))
  })
})

describe('two manifests that share a database', () => {
  it('do not overwrite a decision that only the other one can finish', async () => {
    const names = { own: 'own', shared: 'a_shared', other: 'other' }
    const { whole, one, two } = await crashed(names, 'a_shared')
    two.write({ ...more('a_shared'), ...more('other') })
    await expect(two.up()).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      message: expect.stringContaining(
        `cannot be finished without own (${whole.path('own')}), which is not in this manifest`,
      ),
      hint: expect.stringMatching(/a manifest that names own, too; or .* "whimbrel recover --forget"/),
    })
    expect(whole.standing()).toEqual({ own: '001_notes', a_shared: '003_index', other: '001_notes' })
    await one.runner().recover()
    await two.up()
    expect(whole.standing()).toEqual({ own: '003_index', a_shared: '004_more', other: '004_more' })
    expect(whole.journals()).toEqual([])
  })

  it('do not take away a decision that the other one has made since', async () => {
    const names = { own: 'a_own', shared: 'shared', other: 'z_other' }
    const { whole, one, two } = await crashed(names, 'a_own')
    await two.runner().recover()
    two.write({ ...more('shared'), ...more('z_other') })
    expect(await killed.run(two, 'committed:shared', 'WAL')).toBe('SIGKILL')
    await one.runner().recover()
    await two.runner().recover()
    expect(whole.standing()).toEqual({ a_own: '003_index', shared: '004_more', z_other: '004_more' })
    await one.runner().recover()
    expect(whole.journals()).toEqual([])
  })

  it('finish what the other one has left when nothing else is to be done', async () => {
    const names = { own: 'own', shared: 'z_shared', other: 'other' }
    const { whole, one, two } = await crashed(names, 'own')
    const report = await two.up()
    expect(report.recovered.map(({ outcome }) => outcome)).toEqual(['finished'])
    await one.up()
    expect(whole.standing()).toEqual({ own: '003_index', z_shared: '003_index', other: '003_index' })
    expect(whole.journals()).toEqual([])
  })
})
