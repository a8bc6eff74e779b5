import {
  type AddColumn,
  addColumn,
  alterColumn,
  type CodeMigration,
  codeSource,
  compareSchemas,
  createIndex,
  createTable,
  type DatabaseSchema,
  dropColumn,
  dropIndex,
  dropTable,
  execute,
  type Operation,
  type ReversibleOperation,
  renameColumn,
  renameTable,
  reverse,
  sqliteDialect,
  withoutTables,
} from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fixture } from './fixture.ts'

async function statementsOf(operations: readonly Operation[], direction: 'up' | 'down' = 'up') {
  const migration = direction === 'up' ? { up: operations } : { up: operations, down: reverse }
  const source = codeSource([{ id: '001_a', ...migration } as CodeMigration])
  const [entry] = (await source.list()).entries
  const parsed = (await entry?.read())?.parse(sqliteDialect)
  const script = parsed?.[direction]
  return script?.statements.map(({ start, end }) => script.sql.slice(start, end).replace(/\s+/g, ' '))
}

async function schemaOf(fixture: Fixture): Promise<DatabaseSchema> {
  const session = await sqliteDriver({ path: fixture.path }).session('read')
  try {
    const schema = await session.inspector?.schema()
    if (schema === undefined) throw new Error('no inspector')
    return withoutTables(schema, [
      'schema_migrations',
      'schema_migrations_history',
      'schema_migrations_stamp',
    ])
  } finally {
    await session.close()
  }
}

describe('an operation', () => {
  it('is written with quoted names, the same tokens for ever', async () => {
    const table = createTable(
      'order "items"',
      {
        id: { type: 'INTEGER', primaryKey: true },
        name: { type: 'TEXT', notNull: true, unique: true, collate: 'NOCASE', default: "it's" },
        price: 'REAL NOT NULL CHECK (price > 0)',
        made: { type: 'TEXT', default: { sql: 'CURRENT_TIMESTAMP' } },
        open: { type: 'INTEGER', default: true, check: 'open IN (0, 1)' },
        owner: { type: 'INTEGER', references: { table: 'users', column: 'id', onDelete: 'set null' } },
      },
      {
        unique: [['name', 'price']],
        foreignKeys: [{ columns: ['name', 'made'], references: 'log', onUpdate: 'no action' }],
        checks: ['price < 1000'],
        strict: true,
      },
    )
    expect(await statementsOf([table])).toEqual([
      'CREATE TABLE "order ""items""" ( "id" INTEGER PRIMARY KEY, ' +
        `"name" TEXT NOT NULL UNIQUE DEFAULT 'it''s' COLLATE "NOCASE", ` +
        '"price" REAL NOT NULL CHECK (price > 0), "made" TEXT DEFAULT (CURRENT_TIMESTAMP), ' +
        '"open" INTEGER DEFAULT 1 CHECK (open IN (0, 1)), ' +
        '"owner" INTEGER REFERENCES "users" ("id") ON DELETE SET NULL, UNIQUE ("name", "price"), ' +
        'FOREIGN KEY ("name", "made") REFERENCES "log" ON UPDATE NO ACTION, CHECK (price < 1000) ) STRICT',
    ])
    expect(
      await statementsOf([
        createTable(
          't',
          { a: 'INT', b: 'INT' },
          { primaryKey: ['a', 'b'], withoutRowid: true, strict: true },
        ),
        createIndex('i', { on: 't', columns: ['a', { sql: 'lower(b)' }], unique: true, where: 'a > 0' }),
        addColumn('t', 'c', { type: 'TEXT', notNull: true, default: '' }),
        renameTable('t', 'u'),
        renameColumn('u', 'c', 'd'),
        alterColumn('u', 'd', { type: 'INTEGER' }),
        dropIndex('i'),
        dropColumn('u', 'd'),
        dropTable('u'),
        execute('SELECT 1; SELECT 2 -- two'),
      ]),
    ).toEqual([
      'CREATE TABLE "t" ( "a" INT, "b" INT, PRIMARY KEY ("a", "b") ) STRICT, WITHOUT ROWID',
      'CREATE UNIQUE INDEX "i" ON "t" ("a", lower(b)) WHERE a > 0',
      `ALTER TABLE "t" ADD COLUMN "c" TEXT NOT NULL DEFAULT ''`,
      'ALTER TABLE "t" RENAME TO "u"',
      'ALTER TABLE "u" RENAME COLUMN "c" TO "d"',
      'ALTER TABLE "u" ADD COLUMN "d_whimbrel_new" INTEGER',
      'UPDATE "u" SET "d_whimbrel_new" = CAST("d" AS INTEGER)',
      'ALTER TABLE "u" DROP COLUMN "d"',
      'ALTER TABLE "u" RENAME COLUMN "d_whimbrel_new" TO "d"',
      'DROP INDEX "i"',
      'ALTER TABLE "u" DROP COLUMN "d"',
      'DROP TABLE "u"',
      'SELECT 1',
      'SELECT 2',
    ])
  })

  it('is reversed in the opposite order', async () => {
    const operations = [
      createTable('t', { a: 'INT' }),
      addColumn('t', 'b', 'TEXT'),
      createIndex('i', { on: 't', columns: ['b'] }),
      renameColumn('t', 'b', 'c'),
      renameTable('t', 'u'),
    ]
    expect(await statementsOf(operations, 'down')).toEqual([
      'ALTER TABLE "u" RENAME TO "t"',
      'ALTER TABLE "t" RENAME COLUMN "c" TO "b"',
      'DROP INDEX "i"',
      'ALTER TABLE "t" DROP COLUMN "b"',
      'DROP TABLE "t"',
    ])
  })

  it('has the checksum of its SQL, so that it can become a file', async () => {
    const fixture = new Fixture()
    const operations = [
      createTable('t', { a: { type: 'INT', notNull: true } }),
      createIndex('i', { on: 't', columns: ['a'] }),
    ]
    await fixture.up({ source: codeSource([{ id: '001_t', up: operations, down: reverse }]) })
    const up = 'CREATE TABLE "t" ("a" INT NOT NULL);\nCREATE INDEX "i" ON "t" ("a")'
    const source = codeSource([{ id: '001_t', up, down: 'DROP INDEX "i"; DROP TABLE "t";' }])
    expect((await fixture.up({ source })).outcome).toBe('up-to-date')
  })

  it('has a derived down that is kept in the database, and needs no source', async () => {
    const fixture = new Fixture()
    const operations = [createTable('t', { a: 'INT' }), createIndex('i', { on: 't', columns: ['a'] })]
    await fixture.up({ source: codeSource([{ id: '001_t', up: operations, down: reverse }]) })
    await fixture.down({}, { source: codeSource([]) })
    expect(fixture.objects()).toEqual([])
  })

  it('may have a comment at the end of what it is given', async () => {
    const operations = [
      execute('CREATE TABLE t (a) -- a table'),
      createIndex('i', { on: 't', columns: ['a'], where: 'a > 0 -- some' }),
      dropIndex('i'),
    ]
    expect(await statementsOf(operations)).toHaveLength(3)
  })

  it('changes the type of a column and keeps its values', async () => {
    const fixture = new Fixture()
    const source = codeSource([
      { id: '001_t', up: "CREATE TABLE t (a TEXT, b); INSERT INTO t VALUES ('7', 1), (NULL, 2), ('8.5', 3)" },
      {
        id: '002_type',
        up: [alterColumn('t', 'a', { type: 'REAL', using: 'CAST(a AS REAL) * 2' })],
        down: [alterColumn('t', 'a', { type: 'TEXT', using: 'a / 2' })],
      },
    ])
    await fixture.up({ source })
    expect(fixture.rows('SELECT a, typeof(a) AS type, b FROM t')).toEqual([
      { a: 14, type: 'real', b: 1 },
      { a: null, type: 'null', b: 2 },
      { a: 17, type: 'real', b: 3 },
    ])
    await fixture.down({}, { source })
    expect(fixture.rows('SELECT a, typeof(a) AS type FROM t')).toContainEqual({ a: '8.5', type: 'text' })
  })

  it('that the engine refuses fails as a statement does, and is undone', async () => {
    const fixture = new Fixture()
    const source = codeSource([{ id: '001_t', up: [createTable('t', { a: 'INT' }), dropColumn('t', 'b')] }])
    await expect(fixture.up({ source })).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
      details: { migration: '001_t', statement: 2 },
    })
    expect(fixture.objects()).toEqual([])
  })

  it('may not touch the tables of the tool', async () => {
    const source = codeSource([{ id: '001_t', up: [dropTable('Schema_Migrations')] }])
    await expect(new Fixture().up({ source })).rejects.toMatchObject({ code: 'MIGRATION_FORBIDDEN' })
  })
})

/** Tables with their columns, as they become while operations are made up. */
class Model {
  readonly operations: ReversibleOperation[] = []
  readonly #tables = new Map<string, string[]>([
    ['birds', ['id', 'name']],
    ['rings', ['id', 'bird', 'code']],
  ])
  #names = 0

  constructor(choices: readonly Choice[]) {
    for (const choice of choices) this.#add(choice)
  }

  #add({ kind, table: at, column, name: ending }: Choice): void {
    const tables = [...this.#tables.keys()]
    const table = tables[at % tables.length] as string
    const columns = this.#tables.get(table) as string[]
    const from = columns[column % columns.length] as string
    this.#names += 1
    const name = `n${this.#names}${ending}`
    if (kind === 'createTable') {
      this.operations.push(
        createTable(name, { id: { type: 'INTEGER', primaryKey: true }, [ending || 'x']: 'TEXT' }),
      )
      this.#tables.set(name, ['id', ending || 'x'])
    } else if (kind === 'addColumn') {
      this.operations.push(addColumn(table, name, added(table)[column % 4] ?? 'TEXT'))
      columns.push(name)
    } else if (kind === 'createIndex') {
      this.operations.push(createIndex(name, { on: table, columns: [from], unique: false }))
    } else if (kind === 'renameTable') {
      this.operations.push(renameTable(table, name))
      this.#tables.delete(table)
      this.#tables.set(name, columns)
    } else {
      this.operations.push(renameColumn(table, from, name))
      columns[columns.indexOf(from)] = name
    }
  }
}

const added = (table: string): readonly AddColumn['definition'][] => [
  'TEXT',
  { type: 'INTEGER', notNull: true, default: -1 },
  { type: 'TEXT', collate: 'NOCASE', default: "it's" },
  { type: 'INTEGER', references: { table, onDelete: 'cascade' } },
]

interface Choice {
  readonly kind: ReversibleOperation['operation']
  readonly table: number
  readonly column: number
  readonly name: string
}

const choices = fc.array(
  fc.record<Choice>({
    kind: fc.constantFrom('createTable', 'addColumn', 'createIndex', 'renameTable', 'renameColumn'),
    table: fc.nat({ max: 5 }),
    column: fc.nat({ max: 5 }),
    name: fc.constantFrom('', ' "x"', 'select', 'Ä', ']', "'", '`', '--', ';'),
  }),
  { minLength: 1, maxLength: 7 },
)

const base = `
CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE rings (id INTEGER PRIMARY KEY, bird INTEGER REFERENCES birds (id), code TEXT UNIQUE);
CREATE VIEW ringed AS SELECT b.name, r.code FROM birds b JOIN rings r ON r.bird = b.id;
CREATE TRIGGER named AFTER INSERT ON birds BEGIN UPDATE birds SET name = trim(name) WHERE id = new.id; END;
INSERT INTO birds VALUES (1, 'whimbrel'), (2, 'curlew');
INSERT INTO rings (bird, code) VALUES (1, 'A7'), (2, 'B9');`

describe('up and then the derived down', () => {
  it('restores the schema and the rows, whatever is done', async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (wanted) => {
        const fixture = new Fixture()
        const { operations } = new Model(wanted)
        const source = codeSource([
          { id: '001_base', up: base },
          { id: '002_change', up: operations, down: reverse },
        ])
        await fixture.runner({ source }).up({ steps: 1 })
        const before = await schemaOf(fixture)
        const rows = () => fixture.rows('SELECT * FROM ringed, birds, rings ORDER BY 1, 2, 3, 4')
        const rowsBefore = rows()
        await fixture.up({ source })
        expect(compareSchemas(before, await schemaOf(fixture), sqliteDialect)).not.toEqual([])
        await fixture.down({}, { source })
        expect(compareSchemas(before, await schemaOf(fixture), sqliteDialect)).toEqual([])
        expect(rows()).toEqual(rowsBefore)
      }),
      { numRuns: 25 },
    )
  })
})
