import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer } from './test-server.ts'

const schemaSql = [
  'CREATE TABLE nests (id bigint AUTO_INCREMENT PRIMARY KEY, place varchar(20) NOT NULL UNIQUE)',
  `CREATE TABLE birds (id integer NOT NULL, nest bigint NOT NULL, name varchar(20) DEFAULT 'x', size decimal(4,1),
    half decimal(4,1) AS (size / 2) STORED, PRIMARY KEY (id, nest), FOREIGN KEY (nest) REFERENCES nests (id))`,
  'CREATE VIEW small_birds AS SELECT id, name FROM birds WHERE size < 10',
  'CREATE TRIGGER birds_touch BEFORE UPDATE ON birds FOR EACH ROW SET NEW.name = upper(NEW.name)',
  "INSERT INTO nests (place) VALUES ('reed'), ('dune')",
  'INSERT INTO birds (id, nest, size) VALUES (2, 1, 4.5), (1, 2, NULL)',
]

describe.runIf(await hasServer())('the inspector', () => {
  const { current } = eachTestInItsDatabase()

  const filled = async () => {
    const session = await current().session()
    for (const statement of schemaSql) await session.execute(statement)
    const { inspector } = session
    if (inspector === undefined) throw new Error('A session of MySQL inspects')
    return { session, inspector }
  }

  it('describes tables, views and triggers', async () => {
    const { session, inspector } = await filled()
    const { objects } = await inspector.schema()
    expect(objects.map(({ kind, name, table }) => `${kind} ${name} of ${table}`)).toEqual([
      'table birds of birds',
      'table nests of nests',
      'view small_birds of small_birds',
      'trigger birds_touch of birds',
    ])
    const [birds, nests] = objects
    const facts = birds?.columns.map(({ name, notNull, generated, keyPosition }) =>
      [name, notNull, generated, keyPosition].join(' '),
    )
    expect(facts).toEqual([
      'id true false 1',
      'nest true false 2',
      'name false false 0',
      'size false false 0',
      'half false true 0',
    ])
    expect(birds?.sql).toContain('FOREIGN KEY (`nest`) REFERENCES `nests` (`id`)')
    await session.execute("INSERT INTO nests (place) VALUES ('moor')")
    expect((await inspector.schema()).objects[1]?.sql).toBe(nests?.sql)
  })

  it('counts rows and values, and gives rows in order with exact values', async () => {
    const { inspector } = await filled()
    expect(await inspector.count('birds', ['size'])).toEqual({
      rows: 2,
      values: [{ column: 'size', count: 1 }],
    })
    const rows = []
    for await (const row of inspector.rows('birds', ['id', 'size'], ['id'])) rows.push(row)
    expect(rows).toEqual([
      [1n, null],
      [2n, '4.5'],
    ])
  })

  it('works on where nobody wants the rest of the rows, and where a table is not there', async () => {
    const { inspector } = await filled()
    for await (const row of inspector.rows('birds', ['id'], ['id'])) {
      expect(row).toEqual([1n])
      break
    }
    const nothing = inspector.rows('no_such_birds', ['id'])[Symbol.asyncIterator]().next()
    await expect(nothing).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect((await inspector.count('birds')).rows).toBe(2)
  })

  it('tells by hashes what changed', async () => {
    const { session, inspector } = await filled()
    const before = await inspector.content()
    expect(await inspector.content()).toEqual(before)
    await session.execute('UPDATE birds SET size = 5 WHERE id = 2')
    const after = await inspector.content()
    expect(after.schema).toBe(before.schema)
    expect(after.tables.map(({ hash }) => hash)).not.toEqual(before.tables.map(({ hash }) => hash))
    const stopped = inspector.content({ aborted: true })
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  it('names a view that no longer works', async () => {
    const { session, inspector } = await filled()
    expect(await inspector.verify()).toEqual([])
    await session.execute('ALTER TABLE birds DROP COLUMN half')
    await session.execute('ALTER TABLE birds DROP COLUMN size')
    expect(await inspector.verify()).toMatchObject([{ kind: 'view', object: 'small_birds' }])
  })
})
