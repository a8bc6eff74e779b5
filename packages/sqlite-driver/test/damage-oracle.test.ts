import { type Damage, MigrateError, type Session, scriptFacts, sqliteDialect, toScript } from '@whimbrel/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sqliteDriver } from '../src/index.ts'
import { runInside } from './watched-script.ts'

const schema = [
  'CREATE TABLE a (id INTEGER PRIMARY KEY, note TEXT)',
  'CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id) ON DELETE CASCADE)',
  'CREATE TABLE c (id INTEGER PRIMARY KEY, b REFERENCES b ON DELETE CASCADE, a REFERENCES a (id) ON DELETE SET NULL)',
  'CREATE TABLE d (id INTEGER PRIMARY KEY, d REFERENCES d (id))',
  'CREATE TABLE log (entry TEXT)',
  'CREATE VIEW v AS SELECT id FROM d',
  'CREATE TRIGGER t1 AFTER DELETE ON d BEGIN DELETE FROM log; DELETE FROM c WHERE id = old.id; END',
  'CREATE TRIGGER t2 AFTER INSERT ON log BEGIN UPDATE b SET a = 9 WHERE id = 1; END',
  'CREATE TRIGGER t3 INSTEAD OF INSERT ON v BEGIN DELETE FROM d WHERE id = new.id; END',
  'INSERT INTO a VALUES (1, NULL), (2, NULL), (3, NULL)',
  'INSERT INTO b VALUES (1, 1), (2, 2), (3, 77)',
  'INSERT INTO c VALUES (1, 1, 1), (2, 2, 3), (3, NULL, 78)',
  'INSERT INTO d VALUES (1, NULL), (2, 1), (3, 2)',
  "INSERT INTO log VALUES ('x')",
]

const id = fc.integer({ min: 1, max: 5 })
const table = fc.constantFrom('a', 'b', 'c', 'd')
const statement = fc.oneof(
  fc.tuple(table, id).map(([name, key]) => `DELETE FROM ${name} WHERE id = ${key}`),
  fc
    .tuple(table, id, id)
    .map(([name, from, to]) => `UPDATE OR IGNORE ${name} SET id = ${to + 3} WHERE id = ${from}`),
  fc.tuple(id, id).map(([key, parent]) => `REPLACE INTO b VALUES (${key}, ${parent})`),
  fc
    .tuple(id, id)
    .map(([key, parent]) => `INSERT OR IGNORE INTO c VALUES (${key + 5}, ${parent}, ${parent})`),
  fc.tuple(id, id).map(([key, parent]) => `INSERT OR IGNORE INTO d VALUES (${key + 2}, ${parent})`),
  id.map((key) => `UPDATE a SET note = 'n' WHERE note IS NULL AND length(note) < ${key}`),
  id.map((key) => `INSERT INTO v VALUES (${key})`),
  fc.constantFrom(
    "INSERT INTO log VALUES ('y')",
    'CREATE TABLE e (c REFERENCES c (id))',
    'CREATE TRIGGER t4 AFTER UPDATE ON a BEGIN DELETE FROM b WHERE a = old.id; END',
    'DROP TRIGGER t1',
    'ALTER TABLE a ADD COLUMN extra',
  ),
)

interface Rows {
  readonly orphans: ReadonlyMap<string, number>
  readonly counts: ReadonlyMap<string, number>
}

/** What is in the database, asked without any shortcut. */
async function takeStock(session: Session): Promise<Rows> {
  const orphans = await session.query<{ key: string; n: number }>(
    `SELECT "table" || '>' || parent AS key, count(*) AS n FROM pragma_foreign_key_check GROUP BY 1`,
  )
  const counts = new Map<string, number>()
  for (const { name } of await session.query<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table'",
  )) {
    const [row] = await session.query<{ n: number }>(`SELECT count(*) AS n FROM ${name}`)
    counts.set(name, row?.n ?? 0)
  }
  return { orphans: new Map(orphans.map(({ key, n }) => [key, n])), counts }
}

function expected(before: Rows, after: Rows, names: ReadonlySet<string>) {
  const violations: Record<string, number> = {}
  for (const [key, n] of after.orphans) {
    const more = n - (before.orphans.get(key) ?? 0)
    if (more > 0) violations[key] = more
  }
  const losses: Record<string, number> = {}
  for (const [name, n] of before.counts) {
    const lost = n - (after.counts.get(name) ?? 0)
    if (lost > 0 && !names.has(name)) losses[name] = lost
  }
  return { violations, losses }
}

function summary({ violations, losses }: Damage) {
  return {
    violations: Object.fromEntries(
      violations.map(({ table: name, parent, count }) => [`${name}>${parent}`, count]),
    ),
    losses: Object.fromEntries(losses.map(({ table: name, rows }) => [name, rows])),
  }
}

it('sees exactly the damage that a look at everything would see, script after script', async () => {
  const scripts = fc.array(fc.array(statement, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(
    fc.asyncProperty(scripts, fc.boolean(), async (some, foreignKeys) => {
      const driver = sqliteDriver({ path: ':memory:', pragmas: { foreign_keys: false } })
      const session = await driver.session('write')
      for (const sql of schema) await session.execute(sql)
      await session.transaction(
        async () => {
          for (const statements of some) await compare(session, statements, foreignKeys)
        },
        { foreignKeys },
      )
      await driver.close()
    }),
    {
      numRuns: 150,
      // New orphans of one parent, while old ones of another go.
      examples: [
        [
          [['UPDATE b SET id = 4 WHERE id = 1', 'INSERT INTO v VALUES (3)', 'DELETE FROM a WHERE id = 4']],
          false,
        ],
      ],
    },
  )
})

async function compare(session: Session, statements: readonly string[], foreignKeys: boolean): Promise<void> {
  const before = await takeStock(session)
  const { names } = scriptFacts(toScript(statements.join(';\n'), { dialect: sqliteDialect }), sqliteDialect)
  const work = session.transaction(async () => {
    const damage = await runInside(session, statements, { foreignKeys, expectLoss: [] })
    const truth = expected(before, await takeStock(session), names)
    expect(summary(damage)).toEqual(truth)
    // A run undoes what is damaged, and goes on from there.
    if (Object.keys({ ...truth.violations, ...truth.losses }).length > 0) throw new Error('damaged')
  })
  await work.catch((error: unknown) => {
    if (!MigrateError.is(error) && (error as Error).message !== 'damaged') throw error
  })
}
