import { type Session, type SqlValue, sqliteDialect } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { type FillOptions, fillTables } from '../src/index.ts'
import { exampleDatabase, scratch } from './example-database.ts'

async function fill(session: Session, options: Partial<FillOptions> = {}) {
  const schema = (await session.inspector?.schema()) ?? { objects: [] }
  const report = await fillTables({ session, schema, dialect: sqliteDialect, ...options })
  return { filled: report.filled, refused: report.refused }
}

const rowsOf = (session: Session, table: string) =>
  session.query<Record<string, SqlValue>>(`SELECT * FROM ${table} ORDER BY rowid`)

/** Rows that a table with these statements gets; fails where it takes none. */
async function rowsIn(table: string, ...statements: readonly string[]) {
  const session = await scratch(...statements)
  expect((await fill(session)).refused).toEqual([])
  expect(await session.inspector?.verify()).toEqual([])
  return rowsOf(session, table)
}

const uncoverable = ['graph_totals', 'node_degrees']

describe('rows that are made up', () => {
  it.each(['settings', 'knowledge_graph', 'ontology'])(
    'fill every table of the example database %s that has room, and break nothing',
    async (name) => {
      const session = await exampleDatabase(name)
      const { refused } = await fill(session)
      expect(refused.map(({ table }) => table).filter((table) => !uncoverable.includes(table))).toEqual([])
      expect(refused.every(({ rows }) => rows > 0)).toBe(true)
      expect(await session.inspector?.verify()).toEqual([])
    },
  )

  it('are the same for the same schema', async () => {
    const [first, second] = [await exampleDatabase('ontology'), await exampleDatabase('ontology')]
    await fill(first)
    await fill(second)
    const sql = 'SELECT * FROM classes ORDER BY ontology_id, iri'
    expect(await first.query(sql)).toEqual(await second.query(sql))
  })

  it('have a value in every column, except for one row with as few as allowed', async () => {
    const rows = await rowsIn(
      't',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c REAL NOT NULL DEFAULT 2, d BLOB, e)',
    )
    expect(rows).toHaveLength(3)
    for (const row of rows.slice(0, 2)) expect(Object.values(row)).not.toContain(null)
    expect(rows[2]).toMatchObject({ a: null, b: null, d: null, e: null })
    expect(rows[2]?.c).not.toBe(null)
  })

  it('differ from each other in every column that has room for it', async () => {
    const rows = await rowsIn(
      't',
      'CREATE TABLE t (a TEXT NOT NULL, b INTEGER NOT NULL, c REAL NOT NULL, d BLOB NOT NULL)',
    )
    for (const column of ['a', 'b', 'c', 'd'])
      expect(new Set(rows.map((row) => String(row[column]))).size).toBe(rows.length)
  })

  it('stay beside rows that there are', async () => {
    const session = await scratch(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)',
      "INSERT INTO t VALUES (1, 'name 1'), (1001, 'name 2')",
    )
    await fill(session)
    expect((await rowsOf(session, 't')).slice(0, 1)).toEqual([{ id: 1, name: 'name 1' }])
    expect(await rowsOf(session, 't')).toHaveLength(5)
  })

  it('leave out what the engine computes', async () => {
    const rows = await rowsIn(
      't',
      'CREATE TABLE t (a INTEGER NOT NULL, b INTEGER AS (a * 2) VIRTUAL, c INTEGER AS (a * 3) STORED)',
    )
    expect(rows.map(({ a, b, c }) => [Number(a) * 2 === b, Number(a) * 3 === c])).toEqual([
      [true, true],
      [true, true],
      [true, true],
    ])
  })

  it('fill only the tables that are asked for, and as many rows as are asked for', async () => {
    const session = await scratch('CREATE TABLE a (x)', 'CREATE TABLE b (x)')
    expect(await fill(session, { tables: ['B'], rows: 5 })).toEqual({
      filled: [{ table: 'b', rows: 5 }],
      refused: [],
    })
  })

  it.each([
    ['lists of values', "x TEXT CHECK (x IN ('red', 'green'))"],
    ['a comparison with a value', "x TEXT NOT NULL CHECK (x = 'only' OR x = 'both')"],
    ['bounds', 'x INTEGER NOT NULL CHECK (x BETWEEN 4000 AND 4100)'],
    ['narrow bounds', 'x REAL NOT NULL CHECK (x > 0.25 AND x < 0.26)'],
    ['negative bounds', 'x INTEGER NOT NULL CHECK (x < -70)'],
    ['lengths', 'x TEXT NOT NULL CHECK (length(x) = 40)'],
    ['lengths of bytes', 'x BLOB NOT NULL CHECK (length(x) = 16)'],
    ['characters', "x TEXT NOT NULL CHECK (x <> '' AND x NOT GLOB '*[^0-9_]*')"],
    ['characters and a length', "x TEXT NOT NULL UNIQUE CHECK (length(x) = 64 AND x NOT GLOB '*[^0-9a-f]*')"],
    ['patterns', "x TEXT NOT NULL CHECK (x GLOB '[A-Z][0-9]-?*')"],
    ['LIKE', "x TEXT NOT NULL UNIQUE CHECK (x LIKE '%_@_%.org')"],
    ['JSON objects', "x TEXT NOT NULL CHECK (json_type(x) = 'object')"],
    ['JSON arrays', "x TEXT NOT NULL CHECK (json_valid(x) AND json_type(x) = 'array')"],
    ['types', "x ANY NOT NULL CHECK (typeof(x) = 'blob')"],
    ['dates', 'x TEXT NOT NULL CHECK (date(x) = x)'],
    ['upper case', 'x TEXT NOT NULL CHECK (upper(x) = x)'],
    ['emptiness', "x TEXT NOT NULL CHECK (x = '')"],
    ['absence', 'x TEXT CHECK (x IS NULL)'],
  ])('obey %s', async (_, column) => {
    const strict = column.includes(' ANY ') ? ' STRICT' : ''
    expect(await rowsIn('t', `CREATE TABLE t (id INTEGER PRIMARY KEY, ${column})${strict}`)).not.toEqual([])
  })

  it('obey checks over several columns', async () => {
    await rowsIn(
      't',
      `CREATE TABLE t (kind TEXT NOT NULL CHECK (kind IN ('file', 'folder')), size INTEGER, begins TEXT NOT NULL,
        ends TEXT NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, CONSTRAINT size_fits CHECK ((kind = 'file') = (size IS NOT NULL)),
        CHECK (ends > begins), CHECK (high > low))`,
    )
  })

  it('obey triggers that refuse', async () => {
    await rowsIn(
      't',
      'CREATE TABLE t (a INTEGER, b INTEGER)',
      "CREATE TRIGGER r BEFORE INSERT ON t WHEN new.b <> 7 BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
  })

  it('obey unique indexes, partial ones and those on expressions', async () => {
    await rowsIn(
      't',
      "CREATE TABLE t (a TEXT NOT NULL CHECK (a IN ('x', 'y')), b INTEGER NOT NULL CHECK (b IN (0, 1)), c TEXT)",
      'CREATE UNIQUE INDEX one ON t (a) WHERE b = 1',
      'CREATE UNIQUE INDEX low ON t (lower(c))',
    )
  })

  it('refer to rows that there are, parents first, whatever the names say', async () => {
    const rows = await rowsIn(
      'a',
      'CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b)',
      'CREATE TABLE b (id INTEGER PRIMARY KEY, c_id INTEGER NOT NULL REFERENCES c (code))',
      'CREATE TABLE c (code INTEGER NOT NULL UNIQUE)',
    )
    expect(rows).toHaveLength(3)
  })

  it('refer with keys of several columns, also with keys that share a column', async () => {
    const rows = await rowsIn(
      'pair',
      'CREATE TABLE p (x INTEGER, y TEXT, PRIMARY KEY (x, y)) STRICT, WITHOUT ROWID',
      `CREATE TABLE pair (id INTEGER PRIMARY KEY, x INTEGER NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL, FOREIGN KEY (x, first) REFERENCES p,
        FOREIGN KEY (x, second) REFERENCES p (x, y))`,
    )
    expect(rows).toHaveLength(3)
  })

  it('refer to their own table', async () => {
    const rows = await rowsIn(
      'tree',
      'CREATE TABLE tree (id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INTEGER NOT NULL REFERENCES tree (id))',
    )
    expect(rows).toHaveLength(3)
    await rowsIn(
      'forest',
      'CREATE TABLE forest (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES forest (id), CHECK (parent_id <> id))',
    )
  })

  it('refer to each other in a circle', async () => {
    const rows = await rowsIn(
      'a',
      'CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b (id))',
      'CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id))',
    )
    expect(rows.length).toBeGreaterThan(0)
  })

  it('fill tables and columns with odd names', async () => {
    const session = await scratch(
      'CREATE TABLE "odd ""one""" ("a b" TEXT CHECK ("a b" <> \'\'), [select] INTEGER NOT NULL)',
    )
    expect(await fill(session)).toEqual({ filled: [{ table: 'odd "one"', rows: 3 }], refused: [] })
  })

  it('leave virtual tables and their shadows alone', async () => {
    const session = await scratch('CREATE VIRTUAL TABLE songs USING fts5 (text)')
    expect(await fill(session)).toEqual({ filled: [], refused: [] })
  })

  it('tell of a table that takes no row, with what the engine said', async () => {
    const session = await scratch(
      'CREATE TABLE never (a INTEGER NOT NULL CHECK (a > 5 AND a < 3))',
      'CREATE TABLE closed (a)',
      "CREATE TRIGGER closed_t BEFORE INSERT ON closed BEGIN SELECT RAISE(ABORT, 'closed for good'); END",
    )
    const { refused } = await fill(session)
    expect(refused).toEqual([
      { table: 'closed', rows: 0, message: 'closed for good' },
      { table: 'never', rows: 0, message: 'CHECK constraint failed: a > 5 AND a < 3' },
    ])
  })

  it('tell of a table whose rows are silently ignored', async () => {
    const session = await scratch(
      'CREATE TABLE t (a)',
      'CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT RAISE(IGNORE); END',
    )
    expect((await fill(session)).refused).toEqual([
      { table: 't', rows: 0, message: 'the engine took its rows and kept none' },
    ])
  })

  it('do not try a table that would end the transaction', async () => {
    const session = await scratch(
      'CREATE TABLE t (a CHECK (a = 0.123))',
      "CREATE TRIGGER r BEFORE INSERT ON t WHEN new.a <> 5 BEGIN SELECT RAISE(ROLLBACK, 'all gone'); END",
      'CREATE TABLE u (a)',
    )
    await session.transaction(async () => {
      const { filled, refused } = await fill(session)
      expect(filled).toEqual([{ table: 'u', rows: 3 }])
      expect(refused.map(({ table }) => table)).toEqual(['t'])
    })
  })

  it('tell of a table whose parent has no rows to refer to', async () => {
    const session = await scratch('CREATE TABLE t (a INTEGER NOT NULL REFERENCES gone (id))')
    expect((await fill(session)).refused).toEqual([
      { table: 't', rows: 0, message: 'there is no row that a could refer to' },
    ])
  })

  it('tell of a table whose parent takes no row', async () => {
    const session = await scratch(
      'CREATE TABLE t (a INTEGER NOT NULL REFERENCES p (id))',
      'CREATE TABLE p (id INTEGER PRIMARY KEY, x INTEGER NOT NULL CHECK (x <> x))',
    )
    const { refused } = await fill(session)
    expect(refused.map(({ table }) => table)).toEqual(['p', 't'])
  })
})
