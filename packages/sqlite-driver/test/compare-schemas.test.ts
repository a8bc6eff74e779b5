import { compareSchemas, sqliteDialect, withoutTables } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { lineOf, schemaOf } from './schema-of.ts'

/** The changes from one list of statements to the other, in a line each. */
async function changes(before: readonly string[], after: readonly string[]) {
  return compareSchemas(await schemaOf(...before), await schemaOf(...after), sqliteDialect)
}

const parent = 'CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT)'
const table = (body: string, options = '') => [parent, `CREATE TABLE t (${body}) ${options}`]

type Case = readonly [what: string, before: readonly string[], after: readonly string[], told: string]

const real: readonly Case[] = [
  ['the type of a column', table('a TEXT'), table('a BLOB'), 'changed column t.a'],
  ['the length of a type', table('a VARCHAR(10)'), table('a VARCHAR(20)'), 'changed column t.a'],
  ['NOT NULL', table('a TEXT'), table('a TEXT NOT NULL'), 'changed column t.a'],
  ['what NOT NULL does', table('a NOT NULL'), table('a NOT NULL ON CONFLICT IGNORE'), 'changed column t.a'],
  ['a default', table("a TEXT DEFAULT 'x'"), table("a TEXT DEFAULT 'X'"), 'changed column t.a'],
  ['a default that is new', table('a TEXT'), table("a TEXT DEFAULT ''"), 'changed column t.a'],
  ['a default of another kind', table("a DEFAULT '1'"), table('a DEFAULT 1'), 'changed column t.a'],
  [
    'a default that is computed',
    table("a DEFAULT 'current_date'"),
    table('a DEFAULT current_date'),
    'changed column t.a',
  ],
  ['a collation', table('a TEXT'), table('a TEXT COLLATE NOCASE'), 'changed column t.a'],
  ['UNIQUE of a column', table('a TEXT'), table('a TEXT UNIQUE'), 'changed column t.a'],
  ['CHECK of a column', table('a CHECK (a > 0)'), table('a CHECK (a > 1)'), 'changed column t.a'],
  ['text in a CHECK', table("a CHECK (a <> 'x')"), table("a CHECK (a <> 'X')"), 'changed column t.a'],
  ['a foreign key', table('a'), table('a REFERENCES p (id)'), 'changed column t.a'],
  ['where it leads', table('a REFERENCES p (id)'), table('a REFERENCES p (n)'), 'changed column t.a'],
  [
    'the action of a foreign key',
    table('a REFERENCES p'),
    table('a REFERENCES p ON DELETE CASCADE'),
    'changed column t.a',
  ],
  [
    'one action for another',
    table('a REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE'),
    table('a REFERENCES p ON DELETE SET DEFAULT ON UPDATE CASCADE'),
    'changed column t.a',
  ],
  [
    'when it is checked',
    table('a REFERENCES p DEFERRABLE INITIALLY DEFERRED'),
    table('a REFERENCES p'),
    'changed column t.a',
  ],
  ['a generated expression', table('a, b AS (a + 1)'), table('a, b AS (a + 2)'), 'changed column t.b'],
  ['whether it is stored', table('a, b AS (a + 1) STORED'), table('a, b AS (a + 1)'), 'changed column t.b'],
  ['the primary key of a column', table('a INTEGER'), table('a INTEGER PRIMARY KEY'), 'changed column t.a'],
  [
    'AUTOINCREMENT',
    table('a INTEGER PRIMARY KEY'),
    table('a INTEGER PRIMARY KEY AUTOINCREMENT'),
    'changed column t.a',
  ],
  [
    'the primary key of a table',
    table('a, b, PRIMARY KEY (a)'),
    table('a, b, PRIMARY KEY (a, b)'),
    'changed constraint t.PRIMARY KEY (a, b)',
  ],
  [
    'the order of a primary key',
    table('a, b, PRIMARY KEY (a, b)'),
    table('a, b, PRIMARY KEY (b, a)'),
    'changed constraint t.PRIMARY KEY (b, a)',
  ],
  [
    'CHECK of a table',
    table('a, b, CHECK (a > 0), CONSTRAINT c CHECK (b > 0)'),
    table('a, b, CONSTRAINT c CHECK (b > 1), CHECK (a > 0)'),
    'changed constraint t.c',
  ],
  ['UNIQUE of a table', table('a, b'), table('a, b, UNIQUE (a, b)'), 'added constraint t.UNIQUE (a, b)'],
  [
    'a foreign key of a table',
    table('a, FOREIGN KEY (a) REFERENCES p (id)'),
    table('a, FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE'),
    'changed constraint t.FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE',
  ],
  [
    'one of two foreign keys',
    table('a, b, FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (id)'),
    table('a, b, FOREIGN KEY (a) REFERENCES p (id)'),
    'removed constraint t.FOREIGN KEY (b) REFERENCES p (id)',
  ],
  ['a column', table('a'), table('a, b TEXT'), 'added column t.b'],
  ['the order of columns', table('a, b'), table('b, a'), 'changed table t'],
  ['STRICT', table('a TEXT'), table('a TEXT', 'STRICT'), 'changed table t'],
  [
    'WITHOUT ROWID',
    table('a INT PRIMARY KEY'),
    table('a INT PRIMARY KEY', 'WITHOUT ROWID'),
    'changed table t',
  ],
  [
    'what kind of table it is',
    ['CREATE TABLE t (a)'],
    ['CREATE VIRTUAL TABLE t USING fts5 (a)'],
    'changed table t',
  ],
  [
    'an option of a virtual table',
    ['CREATE VIRTUAL TABLE t USING fts5 (a)'],
    ["CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'porter')"],
    'changed table t',
  ],
  ['a virtual table', [], ['CREATE VIRTUAL TABLE t USING fts5 (a)'], 'added table t'],
  ...(
    [
      ['the columns of an index', '(a)', '(b)'],
      ['the order of an index', '(a)', '(a DESC)'],
      ['the order of its columns', '(a, b)', '(b, a)'],
      ['its collation', '(a)', '(a COLLATE NOCASE)'],
      ['its condition', '(a)', '(a) WHERE b > 0'],
      ['its expression', '(a + 1)', '(a + 2)'],
    ] as const
  ).map(
    ([what, before, after]): Case => [
      what,
      [...table('a, b'), `CREATE INDEX i ON t ${before}`],
      [...table('a, b'), `CREATE INDEX i ON t ${after}`],
      'changed index i',
    ],
  ),
  [
    'the uniqueness of an index',
    [...table('a'), 'CREATE INDEX i ON t (a)'],
    [...table('a'), 'CREATE UNIQUE INDEX i ON t (a)'],
    'changed index i',
  ],
  [
    'the text of a view',
    [...table('a'), 'CREATE VIEW v AS SELECT a FROM t'],
    [...table('a'), 'CREATE VIEW v AS SELECT a FROM t WHERE a > 0'],
    'changed view v',
  ],
  [
    'the text of a trigger',
    [...table('a'), 'CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM p; END'],
    [...table('a'), 'CREATE TRIGGER r BEFORE INSERT ON t BEGIN DELETE FROM p; END'],
    'changed trigger r',
  ],
  [
    'a name that only a letter outside ASCII tells apart',
    table('a, "é"'),
    table('a, "é", "É"'),
    'added column t.É',
  ],
]

type Same = readonly [what: string, before: readonly string[], after: readonly string[]]

const alike: readonly Same[] = [
  [
    'case and white space',
    table('a TEXT NOT NULL'),
    ['CREATE TABLE P(ID integer primary key, N text)', 'create table\nT(A\ttext not  null)'],
  ],
  ['comments', table('a TEXT'), table('a /* the first, (odd) */ TEXT -- , b\n')],
  ['quotation marks', table('a, b'), [parent, 'CREATE TABLE `t` ("a", [b])']],
  ['a string where a name is meant', table('a REFERENCES p (id)'), table("'a' REFERENCES 'p' ('id')")],
  [
    'IF NOT EXISTS and the name of the schema',
    [parent],
    ['CREATE TABLE IF NOT EXISTS main.p (id INTEGER PRIMARY KEY, n TEXT)'],
  ],
  [
    'the order in which a column is declared',
    table("a TEXT NOT NULL DEFAULT 'x' UNIQUE"),
    table("a TEXT UNIQUE DEFAULT 'x' NOT NULL"),
  ],
  [
    'the order of constraints of a table',
    table('a, b, UNIQUE (a), CHECK (b > 0)'),
    table('a, b, CHECK (b > 0), UNIQUE (a)'),
  ],
  [
    'constraints without a comma between them',
    table('a, UNIQUE (a), CHECK (a > 0)'),
    table('a, UNIQUE (a) CHECK (a > 0)'),
  ],
  [
    'a key of one column, written at the table',
    table('a INTEGER PRIMARY KEY, b UNIQUE REFERENCES p'),
    table('a INTEGER, b, PRIMARY KEY (a), UNIQUE (b), FOREIGN KEY (b) REFERENCES p'),
  ],
  ['a string default in the other quotation marks', table("a DEFAULT 'user'"), table('a DEFAULT "user"')],
  ['a string default without quotation marks', table("a DEFAULT 'User'"), table('a DEFAULT User')],
  ['a default in brackets', table('a DEFAULT 1'), table('a DEFAULT (1)')],
  ['the default that a column has anyway', table('a TEXT'), table('a TEXT NULL DEFAULT NULL')],
  [
    'the actions that hold anyway, in any order',
    table('a REFERENCES p ON DELETE CASCADE'),
    table('a REFERENCES p ON UPDATE NO ACTION ON DELETE CASCADE NOT DEFERRABLE'),
  ],
  [
    'the long form of a generated column',
    table('a, b AS (a + 1)'),
    table('a, b GENERATED ALWAYS AS (a + 1) VIRTUAL'),
  ],
  [
    'the order of options',
    table('a INT PRIMARY KEY', 'STRICT, WITHOUT ROWID'),
    table('a INT PRIMARY KEY', 'WITHOUT ROWID, STRICT'),
  ],
  [
    'ascending columns of an index',
    [...table('a'), 'CREATE INDEX i ON t (a)'],
    [...table('a'), 'CREATE INDEX i ON t (a ASC)'],
  ],
  [
    'a table that SQLite renamed',
    [...table('a REFERENCES p (id)'), 'CREATE INDEX i ON t (a)', 'CREATE VIEW v AS SELECT a FROM t'],
    [
      'CREATE TABLE q (id INTEGER PRIMARY KEY, n TEXT)',
      'CREATE TABLE u (a REFERENCES q (id))',
      'CREATE INDEX i ON u (a)',
      'CREATE VIEW v AS SELECT a FROM u',
      'ALTER TABLE u RENAME TO t',
      'ALTER TABLE q RENAME TO p',
    ],
  ],
  [
    'a column that SQLite renamed',
    [...table('a CHECK (a > 0), UNIQUE (a)'), 'CREATE VIEW v AS SELECT a FROM t'],
    [
      ...table('b CHECK (b > 0), UNIQUE (b)'),
      'CREATE VIEW v AS SELECT b FROM t',
      'ALTER TABLE t RENAME b TO a',
    ],
  ],
  [
    'a column that SQLite added in front of constraints',
    table("a, b TEXT DEFAULT 'x', UNIQUE (a)"),
    [...table('a, UNIQUE (a)'), "ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x'"],
  ],
  ['a column that SQLite dropped', table('a, c'), [...table('a, b TEXT, c'), 'ALTER TABLE t DROP COLUMN b']],
  [
    'a constraint that SQLite added',
    table('a NOT NULL, CONSTRAINT c CHECK (a > 0)'),
    [...table('a'), 'ALTER TABLE t ALTER a SET NOT NULL', 'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)'],
  ],
  [
    'a table that was rebuilt',
    table('a TEXT, b INT REFERENCES p'),
    [parent, 'CREATE TABLE t_new (a TEXT, b INT REFERENCES p)', 'ALTER TABLE t_new RENAME TO t'],
  ],
  ['a table made of a query', ['CREATE TABLE t (a, b)'], ['CREATE TABLE t AS SELECT 1 AS a, 2 AS b']],
]

describe('compareSchemas', () => {
  it.each(real)('tells %s once', async (_, before, after, told) => {
    expect((await changes(before, after)).map(lineOf)).toEqual([told])
  })

  it.each(alike)('does not tell %s', async (_, before, after) => {
    expect((await changes(before, after)).map(lineOf)).toEqual([])
    expect((await changes(after, before)).map(lineOf)).toEqual([])
  })

  it('tells each of many differences once', async () => {
    const before = [
      'CREATE TABLE t (a TEXT, b, c CHECK (c > 0) REFERENCES p)',
      'CREATE TABLE gone (x)',
      'CREATE INDEX i ON t (a)',
    ]
    const after = [
      'CREATE TABLE t (c NOT NULL CHECK (c > 1), a TEXT NOT NULL, d, UNIQUE (d)) STRICT',
      'CREATE INDEX i ON t (a DESC)',
    ].map((sql) => sql.replace('c NOT', 'c ANY NOT').replace('d,', 'd ANY,'))
    expect((await changes(before, after)).map(lineOf)).toEqual([
      'removed table gone',
      'removed column t.b',
      'changed column t.c',
      'changed column t.a',
      'added column t.d',
      'added constraint t.UNIQUE (d)',
      'changed table t',
      'changed table t',
      'changed index i',
    ])
  })

  it('shows both sides as they were written, on one line', async () => {
    const [column, order] = await changes(
      table("a TEXT\n DEFAULT 'x' -- the old\n, b VARCHAR(10)"),
      table("b VARCHAR(10), a TEXT DEFAULT 'y'"),
    )
    expect(column).toEqual({
      change: 'changed',
      kind: 'column',
      name: 'a',
      table: 't',
      before: "a TEXT DEFAULT 'x'",
      after: "a TEXT DEFAULT 'y'",
    })
    expect(order).toMatchObject({ before: 'columns (a, b)', after: 'columns (b, a)' })
  })

  it('leaves tables out with all that belongs to them', async () => {
    const schema = await schemaOf('CREATE TABLE t (a)', 'CREATE INDEX i ON t (a)', 'CREATE TABLE u (a)')
    expect(withoutTables(schema, ['T']).objects.map(({ name }) => name)).toEqual(['u'])
  })

  it('compares what the engine tells where a text cannot be read', () => {
    const unread = (type: string) => ({
      objects: [
        {
          kind: 'table' as const,
          name: 't',
          table: 't',
          sql: `CREATE TABLE t (a ${type} '`,
          columns: [{ name: 'a', type, notNull: false, default: null, keyPosition: 0, generated: false }],
          storage: 'ordinary' as const,
        },
      ],
    })
    expect(compareSchemas(unread('TEXT'), unread('TEXT '), sqliteDialect)).toHaveLength(1)
    expect(compareSchemas(unread('TEXT'), unread('BLOB'), sqliteDialect).map(lineOf)).toEqual([
      'changed column t.a',
    ])
  })
})
