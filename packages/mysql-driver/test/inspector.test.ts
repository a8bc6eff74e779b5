import type { SqlValue } from '@whimbrel/core'
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

  it('describes tables with their keys, views and triggers', async () => {
    const { session, inspector } = await filled()
    const { objects } = await inspector.schema()
    expect(objects.map(({ kind, name, table }) => `${kind} ${name} of ${table}`)).toEqual([
      'table birds of birds',
      'table nests of nests',
      'constraint PRIMARY of birds',
      'constraint birds_ibfk_1 of birds',
      'constraint PRIMARY of nests',
      'index nest of birds',
      'index place of nests',
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

  it('names a trigger that no longer works, and one that is fine not', async () => {
    const { session, inspector } = await filled()
    await session.execute('CREATE TABLE log (bird int)')
    const trigger =
      'CREATE TRIGGER birds_log AFTER DELETE ON birds FOR EACH ROW INSERT INTO log VALUES (OLD.id)'
    await session.execute(trigger)
    expect(await inspector.verify()).toEqual([])
    await session.execute('DROP TABLE log')
    const broken = { kind: 'trigger', object: 'birds_log', message: "Table 'log' doesn't exist" }
    expect(await inspector.verify()).toEqual([broken])
    expect(await inspector.verify({ names: new Set(['log']) })).toEqual([broken])
    expect(await inspector.verify({ names: new Set(['nests']) })).toEqual([])
    // It would say the same when it runs.
    await expect(session.execute('DELETE FROM birds')).rejects.toThrow(/log' doesn't exist/)
    await session.execute('DROP VIEW small_birds')
    await session.execute('ALTER TABLE birds CHANGE name title varchar(20)')
    await session.execute('DROP TRIGGER birds_log')
    expect(await inspector.verify()).toMatchObject([{ object: 'birds_touch', message: /'name' in 'NEW'/ }])
  })

  it('names a foreign key whose parent is gone, and rows without a parent', async () => {
    const { session, inspector } = await filled()
    await session.execute('SET SESSION foreign_key_checks = 0')
    await session.execute('DELETE FROM nests WHERE id = 1')
    const rows = { names: new Set(['nests']), rows: 'keys' as const }
    expect(await inspector.verify(rows)).toEqual([
      { kind: 'foreign-key', object: 'birds', message: '1 row has no parent in nests' },
    ])
    await session.execute('DROP TABLE nests')
    const [problem] = await inspector.verify()
    expect(problem).toMatchObject({ kind: 'foreign-key', object: 'birds' })
    expect(problem?.message).toMatch(/^its foreign key \w+ refers to nests, which is not there$/)
  })

  it('gives every value so that the same can be written again', async () => {
    const session = await current().session()
    const { inspector } = session
    await session.execute(`CREATE TABLE kinds (id bigint unsigned PRIMARY KEY, f float, d double, n decimal(30,10),
      b bit(9), j json, t datetime(6), s timestamp(3) NULL, y year, h time(6), e enum('a','b'), m set('x','y'),
      l blob, x varbinary(9), c varchar(20) CHARACTER SET latin1, u tinyint unsigned, p point)`)
    await session.execute(`INSERT INTO kinds VALUES (18446744073709551615, 0.1, 1e-300 / 3, 1234567890.0123456789,
      b'101000001', '{"a": [1, "é"]}', '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05.678', 1999, '-101:02:03.5',
      'b', 'x,y', x'00ff', x'80', 'é', 255, ST_GeomFromText('POINT(1 2)'))`)
    await session.execute('INSERT INTO kinds (id, f) VALUES (1, 16777217)')
    const columns = [...'fdnbjtsyhemlxcup'].concat('id')
    await session.execute('CREATE TABLE copies LIKE kinds')
    const list = columns.map(() => '?').join(', ')
    const rows: (readonly SqlValue[])[] = []
    for await (const row of inspector?.rows('kinds', columns) ?? []) rows.push(row)
    for (const row of rows) await session.execute(`INSERT INTO copies (${columns}) VALUES (${list})`, row)
    const hashes = (await inspector?.content())?.tables.map(({ hash }) => hash)
    expect(hashes?.[0]).toBe(hashes?.[1])
    expect(rows.length).toBe(2)
  })
})
