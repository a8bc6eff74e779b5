import type { Damage, Inspector, Session } from '@whimbrel/core'
import { expect, it } from 'vitest'
import { addBird, type DriverSuite, sessionWithBirds } from './driver-fixture.ts'

const unharmed: Damage = { violations: [], dangling: [], losses: [] }

const createChicks = 'CREATE TABLE chicks (id INTEGER PRIMARY KEY, bird INTEGER REFERENCES birds (id))'

/** Runs `statements` in a transaction and returns the damage that the inspector saw. */
async function watched(
  { session, inspector }: { session: Session; inspector: Inspector },
  statements: readonly string[],
): Promise<Damage> {
  const words = statements.join(' ').match(/\w+/g) ?? []
  const facts = {
    names: new Set(words.map((word) => word.toLowerCase())),
    keywords: new Set(words.map((word) => word.toUpperCase())),
  }
  return session.transaction(async () => {
    const watch = await inspector.watch(facts, { foreignKeys: false, expectLoss: [] })
    for (const statement of statements) await session.execute(statement)
    return watch.finish()
  })
}

/** The optional role of looking at schema and rows: tested where a session has it. */
export function describeInspector(suite: DriverSuite): void {
  const open = async () => {
    const { session } = await sessionWithBirds(suite)
    await session.execute(createChicks)
    return { session, inspector: session.inspector }
  }

  it('finds nothing wrong with a sound database, where it inspects', async () => {
    const { inspector } = await open()
    expect((await inspector?.verify()) ?? []).toEqual([])
  })

  it('knows the version of its engine, where it inspects', async () => {
    const { inspector } = await open()
    expect((await inspector?.version()) ?? '1').toMatch(/^\d+/)
  })

  it('knows the size of the database, where it inspects', async () => {
    const { inspector } = await open()
    expect((await inspector?.sizeBytes()) ?? 1).toBeGreaterThan(0)
  })

  it('counts rows and pages, where it inspects', async () => {
    const { session, inspector } = await open()
    await addBird(session, 1)
    await addBird(session, 2)
    const statistics = await inspector?.statistics()
    const rows = statistics?.tables.map(({ name, rows }) => [name.toLowerCase(), rows])
    expect(
      rows ?? [
        ['birds', 2],
        ['chicks', 0],
      ],
    ).toEqual([
      ['birds', 2],
      ['chicks', 0],
    ])
    expect(statistics?.sizeBytes ?? 1).toBeGreaterThan(0)
    expect(statistics?.pages ?? 1).toBeGreaterThan(0)
  })

  it('sees no damage in an ordinary script, where it inspects', async () => {
    const { session, inspector } = await open()
    const statements = [
      'INSERT INTO birds (id) VALUES (1)',
      'INSERT INTO chicks (id, bird) VALUES (1, 1)',
      'CREATE TABLE nests (id INTEGER)',
    ]
    expect(inspector === undefined ? unharmed : await watched({ session, inspector }, statements)).toEqual(
      unharmed,
    )
  })
}
