import {
  MigrateError,
  postgresDialect,
  type ScriptFacts,
  type Session,
  type SqlValue,
  scriptFacts,
  toScript,
} from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer, testDatabase } from './test-server.ts'

const schemaSql = [
  'CREATE SCHEMA other',
  'CREATE TABLE nests (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, place text NOT NULL UNIQUE)',
  `CREATE TABLE birds (id integer, nest bigint REFERENCES nests (id) ON DELETE CASCADE, name varchar(20) DEFAULT 'x',
    size numeric(4,1), half numeric GENERATED ALWAYS AS (size / 2) STORED, PRIMARY KEY (id, nest), CHECK (size > 0))`,
  'CREATE INDEX birds_name ON birds (lower(name)) WHERE size IS NOT NULL',
  'CREATE VIEW small_birds AS SELECT id, name FROM birds WHERE size < 10',
  'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
  'CREATE TRIGGER birds_touch BEFORE UPDATE ON birds FOR EACH ROW EXECUTE FUNCTION touch()',
  'CREATE TABLE other.birds (id integer)',
]

function factsOf(statements: readonly string[]): ScriptFacts {
  return scriptFacts(toScript(statements.join(';\n'), { dialect: postgresDialect }), postgresDialect)
}

describe.runIf(await hasServer())('the inspector', () => {
  const { current } = eachTestInItsDatabase()

  const filled = async (statements: readonly string[] = schemaSql) => {
    const session = await current().session()
    for (const statement of statements) await session.execute(statement)
    const { inspector } = session
    if (inspector === undefined) throw new Error('A session of PostgreSQL inspects')
    return { session, inspector }
  }

  const watched = async (
    session: Session,
    statements: readonly string[],
    expectLoss: readonly string[] = [],
  ) =>
    session.transaction(async () => {
      const watch = await session.inspector?.watch(factsOf(statements), { foreignKeys: false, expectLoss })
      for (const statement of statements) await session.execute(statement)
      return watch?.finish()
    })

  it('describes everything of every schema, in an order in which it can be made', async () => {
    const { inspector } = await filled()
    const { objects } = await inspector.schema()
    expect(objects.map(({ kind, name, table }) => `${kind} ${name} of ${table}`)).toEqual([
      'schema other of other',
      'function touch() of touch()',
      'table birds of birds',
      'table nests of nests',
      'table other.birds of other.birds',
      'constraint birds_pkey of birds',
      'constraint birds_size_check of birds',
      'constraint nests_pkey of nests',
      'constraint nests_place_key of nests',
      'constraint birds_nest_fkey of birds',
      'index birds_name of birds',
      'view small_birds of small_birds',
      'trigger birds_touch of birds',
    ])
    const birds = objects.find(({ kind, name }) => kind === 'table' && name === 'birds')
    const plain = { notNull: false, default: null, keyPosition: 0, generated: false }
    expect(birds?.columns).toEqual([
      {
        ...plain,
        name: 'id',
        type: 'integer',
        notNull: true,
        keyPosition: 1,
        definition: 'id integer NOT NULL',
      },
      {
        ...plain,
        name: 'nest',
        type: 'bigint',
        notNull: true,
        keyPosition: 2,
        definition: 'nest bigint NOT NULL',
      },
      {
        ...plain,
        name: 'name',
        type: 'character varying(20)',
        default: "'x'::character varying",
        definition: "name character varying(20) DEFAULT 'x'::character varying",
      },
      { ...plain, name: 'size', type: 'numeric(4,1)', definition: 'size numeric(4,1)' },
      {
        ...plain,
        name: 'half',
        type: 'numeric',
        generated: true,
        definition: 'half numeric GENERATED ALWAYS AS ((size / (2)::numeric)) STORED',
      },
    ])
    const sqlOf = (wanted: string) => objects.find(({ name }) => name === wanted)?.sql
    expect(sqlOf('birds_nest_fkey')).toBe(
      'ALTER TABLE public.birds ADD CONSTRAINT birds_nest_fkey FOREIGN KEY (nest) REFERENCES public.nests(id) ON DELETE CASCADE',
    )
    expect(sqlOf('birds_size_check')).toContain('CHECK ((size > (0)::numeric))')
    expect(sqlOf('birds_touch')).toContain('BEFORE UPDATE')
    expect(objects.find(({ name }) => name === 'other.birds')?.reference).toBe('other.birds')
  })

  it('leaves what did not change the same object, and the search path of a script as it is', async () => {
    const { session, inspector } = await filled()
    const before = await inspector.schema()
    expect(await inspector.schema()).toBe(before)
    await session.transaction(async () => {
      await session.execute('SET LOCAL search_path = other, public')
      await session.execute('ALTER TABLE birds ADD COLUMN name text')
      const after = await inspector.schema()
      const known = new Set(before.objects)
      const changed = after.objects.filter((object) => !known.has(object))
      expect(changed.map(({ kind, name }) => `${kind} ${name}`)).toContain('table birds')
      expect(await session.query('SHOW search_path')).toEqual([{ search_path: 'other, public' }])
    })
  })

  it('describes the same schema in the same way in another database, and a changed one otherwise', async () => {
    const { session, inspector } = await filled()
    await using second = await testDatabase()
    const client = await second.client()
    for (const statement of schemaSql) await client.query(statement)
    const other = await current().session('read', { url: second.url })
    expect(await other.inspector?.schema()).toEqual(await inspector.schema())
    expect(await other.inspector?.content()).toEqual(await inspector.content())
    await session.execute("INSERT INTO nests (place) VALUES ('marsh')")
    const [mine, theirs] = [await inspector.content(), await other.inspector?.content()]
    expect(mine.schema).toBe(theirs?.schema)
    expect(mine.tables.find(({ name }) => name === 'nests')).not.toEqual(
      theirs?.tables.find(({ name }) => name === 'nests'),
    )
    await other.close()
  })

  it('counts rows and values, and gives rows with their exact values', async () => {
    const { session, inspector } = await filled(['CREATE TABLE birds (id bigint, weight float8, song bytea)'])
    await session.execute("INSERT INTO birds SELECT i, i / 2.0, '\\x00ff' FROM generate_series(1, 2500) AS i")
    await session.execute('INSERT INTO birds VALUES (9007199254740993, NULL, NULL)')
    const values = [
      { column: 'weight', count: 2500 },
      { column: 'id', count: 2501 },
    ]
    expect(await inspector.count('birds', ['weight', 'id'])).toEqual({ rows: 2501, values })
    const rows: (readonly SqlValue[])[] = []
    for await (const row of inspector.rows('birds', ['id', 'weight', 'song'], ['id'])) rows.push(row)
    expect(rows).toHaveLength(2501)
    expect(rows[0]).toEqual([1n, 0.5, new Uint8Array([0, 255])])
    expect(rows.at(-1)).toEqual([9_007_199_254_740_993n, null, null])
    await session.execute('DROP TABLE birds')
  })

  it('gives some rows of a table again and again, also in a transaction', async () => {
    const { session, inspector } = await filled(['CREATE TABLE birds (id bigint)'])
    await session.execute('INSERT INTO birds VALUES (1), (2)')
    const first = async () => {
      for await (const row of inspector.rows('birds', ['id'], ['id'])) return row
    }
    expect([await first(), await first()]).toEqual([[1n], [1n]])
    await session.transaction(async () => {
      expect([await first(), await first()]).toEqual([[1n], [1n]])
    })
  })

  it('says which table it does not find', async () => {
    const { inspector } = await filled([])
    await expect(inspector.count('birds')).rejects.toThrow('There is no table birds')
  })

  it('sees rows that a cascade or a trigger deleted from tables that the script never names', async () => {
    const { session } = await filled()
    await session.execute("INSERT INTO nests (place) VALUES ('marsh'), ('meadow')")
    await session.execute('INSERT INTO birds (id, nest) VALUES (1, 1), (2, 1)')
    const statements = ["DELETE FROM nests WHERE place = 'marsh'"]
    expect(await watched(session, statements, ['birds'])).toMatchObject({ losses: [] })
    await session.execute('INSERT INTO birds (id, nest) VALUES (1, 2), (2, 2)')
    expect(await watched(session, ['DELETE FROM nests'])).toEqual({
      violations: [],
      dangling: [],
      losses: [{ table: 'birds', rows: 2 }],
    })
  })

  it('takes rows of a partition for rows of its table', async () => {
    const { session } = await filled([
      'CREATE TABLE sightings (year integer) PARTITION BY LIST (year)',
      'CREATE TABLE sightings_2026 PARTITION OF sightings FOR VALUES IN (2026)',
      'INSERT INTO sightings VALUES (2026)',
    ])
    expect(await watched(session, ['DELETE FROM sightings'])).toMatchObject({ losses: [] })
  })

  it('finds at the end of a script what would fail at the commit, and blames the script', async () => {
    const { session } = await filled([
      'CREATE TABLE nests (id integer PRIMARY KEY)',
      'CREATE TABLE eggs (nest integer REFERENCES nests (id) DEFERRABLE INITIALLY DEFERRED)',
    ])
    const error = await watched(session, ['INSERT INTO eggs VALUES (1)']).catch((reason: unknown) => reason)
    expect(MigrateError.is(error) && error.details.commit).toBeFalsy()
    expect(error).toMatchObject({ code: 'FOREIGN_KEYS_VIOLATED', details: { table: 'eggs' } })
    expect(
      await watched(session, ['INSERT INTO eggs VALUES (1)', 'INSERT INTO nests VALUES (1)']),
    ).toMatchObject({
      losses: [],
    })
  })

  it('names an index that was left by a CREATE INDEX CONCURRENTLY that failed', async () => {
    const { session, inspector } = await filled([
      'CREATE TABLE birds (name text)',
      "INSERT INTO birds VALUES ('whimbrel'), ('whimbrel')",
    ])
    expect(await inspector.verify()).toEqual([])
    const building = session.execute('CREATE UNIQUE INDEX CONCURRENTLY birds_name ON birds (name)')
    await expect(building).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await inspector.verify()).toMatchObject([{ kind: 'integrity', object: 'birds_name' }])
    expect(await inspector.verify({ names: new Set(['nests']) })).toEqual([])
  })

  it('knows one place for a database, however it is reached, and another for every other one', async () => {
    const { host } = new URL(current().url)
    const place = await current().driver().place?.()
    expect(place).toMatch(/^\d+\/\d+$/)
    const again = current().urlWith({ host: host.replace('127.0.0.1', 'localhost') })
    expect(await current().driver({ url: again }).place?.()).toBe(place)
    await using second = await testDatabase()
    expect(await current().driver({ url: second.url }).place?.()).not.toBe(place)
  })
})
