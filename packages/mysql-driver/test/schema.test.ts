import { compareSchemas, mysqlDialect, type Session } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { kitchenSink } from './kitchen-sink.ts'
import { hasServer, onServer } from './test-server.ts'

describe.runIf(await hasServer())('the schema of a MariaDB or MySQL database', () => {
  const { current } = eachTestInItsDatabase()

  const made = async (...statements: readonly string[]) => {
    const session = await current().session()
    for (const statement of statements) await session.execute(statement)
    return session
  }
  const schemaOf = async (session: Session) => {
    const schema = await session.inspector?.schema()
    if (schema === undefined) throw new Error('A session of MySQL inspects')
    return schema
  }

  it('has tables with keys and rules, views, triggers, routines, events and sequences', async () => {
    const { objects } = await schemaOf(await made(...kitchenSink))
    expect(
      objects.map(({ kind, name, table }) => `${kind} ${name}${name === table ? '' : ` of ${table}`}`),
    ).toEqual([
      'sequence tickets',
      'function twice',
      'procedure count_nests',
      'table birds',
      'table chicks',
      'table nests',
      'constraint PRIMARY of birds',
      'constraint PRIMARY of chicks',
      'constraint of_nest of chicks',
      'constraint PRIMARY of nests',
      'constraint odd of nests',
      'index nest of birds',
      'index of_nest of chicks',
      'index place of nests',
      'index by_kind of nests',
      'index words of nests',
      'view names',
      'view wide',
      'trigger nests_shout of nests',
      'trigger nests_log of nests',
      'event sweep',
    ])
    const nests = objects.find(({ name }) => name === 'nests')
    expect(nests?.options).toEqual([
      'ENGINE=InnoDB',
      'DEFAULT CHARSET=utf8mb4',
      expect.stringMatching(/^COLLATE=/),
      "COMMENT='it''s (1, 2)'",
    ])
    expect(nests?.columns.find(({ name }) => name === 'made')?.definition).toBe(
      '`made` datetime(6) DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6)',
    )
    expect(objects.find(({ name }) => name === 'birds')?.options?.at(-1)).toMatch(/^PARTITION BY RANGE/)
  })

  it('is the same on a scratch database that was made of it', async () => {
    const schema = await schemaOf(await made(...kitchenSink))
    const scratch = await current().driver().scratch?.(schema)
    if (scratch === undefined) throw new Error('The driver has scratch databases')
    expect(await schemaOf(scratch)).toEqual(schema)
    expect(await scratch.inspector?.verify()).toEqual([])
  })

  it('says nothing of counters, of who made something, and of the name of the database', async () => {
    const session = await made(...kitchenSink)
    const before = await schemaOf(session)
    const { name } = current()
    await session.execute("INSERT INTO nests (place) VALUES ('reed'), ('marsh')")
    await session.execute('SELECT nextval(tickets)')
    await session.execute(
      `CREATE OR REPLACE DEFINER = nobody@nowhere VIEW names AS SELECT id, place FROM ${name}.nests`,
    )
    await session.execute('ALTER EVENT sweep ENABLE')
    const after = await schemaOf(session)
    expect(after).toEqual(before)
    // What did not change is the same object.
    expect(after).toBe(before)
  })

  it.each([
    ['ALTER TABLE nests MODIFY place varchar(30) NOT NULL', 'changed column place of nests'],
    ["ALTER TABLE nests MODIFY place varchar(20) NOT NULL COMMENT 'where'", 'changed column place of nests'],
    ['ALTER TABLE nests DROP KEY by_kind', 'removed index by_kind of nests'],
    ['ALTER TABLE birds ADD UNIQUE KEY by_kind (n, day)', 'added index by_kind of birds'],
    ['ALTER TABLE chicks DROP FOREIGN KEY of_nest', 'removed constraint of_nest of chicks'],
    ["ALTER TABLE nests COMMENT 'other'", 'changed table nests of nests'],
    ['ALTER TABLE chicks CONVERT TO CHARACTER SET latin1', 'changed table chicks of chicks'],
    ['ALTER TABLE birds REMOVE PARTITIONING', 'changed table birds of birds'],
    ['CREATE TABLE more (id int PRIMARY KEY, n int, KEY (n))', 'added table more of more'],
    ['DROP TABLE chicks', 'removed table chicks of chicks'],
    ['DROP PROCEDURE count_nests', 'removed procedure count_nests of count_nests'],
    ['ALTER SEQUENCE tickets INCREMENT BY 5', 'changed sequence tickets of tickets'],
    ['ALTER EVENT sweep ON SCHEDULE EVERY 2 DAY', 'changed event sweep of sweep'],
    ['DROP TRIGGER nests_log', 'removed trigger nests_log of nests'],
  ])('differs in one place after %s', async (sql, expected) => {
    const session = await made(...kitchenSink)
    const before = await schemaOf(session)
    await session.execute(sql)
    const changes = compareSchemas(before, await schemaOf(session), mysqlDialect)
    expect(changes.map(({ change, kind, name, table }) => `${change} ${kind} ${name} of ${table}`)).toEqual([
      expected,
    ])
  })

  it('tells tables apart by case where the server does', async () => {
    const [[row]] = (await onServer((client) =>
      client.query('SELECT @@lower_case_table_names AS fold'),
    )) as unknown as [[{ fold: number }]]
    const session = await made('CREATE TABLE birds (id int)')
    const before = await schemaOf(session)
    await session.execute(row.fold === 0 ? 'CREATE TABLE Birds (id int)' : 'CREATE TABLE `Nests` (id int)')
    expect(compareSchemas(before, await schemaOf(session), mysqlDialect)).toMatchObject([{ change: 'added' }])
  })
})
