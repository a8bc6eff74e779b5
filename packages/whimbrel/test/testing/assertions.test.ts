import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as testing from '../../src/testing/index.ts'
import {
  createTestDatabase,
  type DatabaseMatchers,
  databaseMatchers,
  type TestDatabase,
  type TestedDatabase,
} from '../../src/testing/index.ts'
import type {} from '../../src/testing/vitest.ts'
import { TestFolders, type Texts } from './test-migrations.ts'

expect.extend(databaseMatchers)

const library: Texts = {
  '001_books': [
    "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL, kind VARCHAR(9) DEFAULT 'new', size INTEGER AS (length(title)));",
  ],
  '002_loans': [
    `CREATE TABLE loans (book INTEGER REFERENCES books (id), day TEXT);
    CREATE UNIQUE INDEX loans_by_day ON loans (book, day);
    CREATE INDEX loans_lower ON loans (lower(day));
    CREATE VIEW lent AS SELECT title FROM books JOIN loans ON book = books.id;
    CREATE TRIGGER lent_once AFTER INSERT ON loans BEGIN SELECT 1; END;
    INSERT INTO books (title) VALUES ('Birds'), ('Fish');`,
  ],
  '003_later': ['CREATE TABLE later (a);'],
}

const folders = new TestFolders()
let database: TestDatabase
let orphans: TestDatabase
let other: TestDatabase

beforeAll(async () => {
  const make = (to: string) =>
    createTestDatabase({ migrations: folders.write(library), cache: folders.cache, inMemory: true, to })
  database = await make('2')
  orphans = await make('2')
  orphans.handle.pragma('foreign_keys = OFF')
  orphans.handle.exec('INSERT INTO loans (book) VALUES (8), (9)')
  other = await make('2')
  other.handle.exec(
    'DROP INDEX loans_lower; DROP VIEW lent; CREATE TABLE tags (a); ALTER TABLE loans ADD COLUMN till TEXT',
  )
  other.handle.exec('DROP INDEX loans_by_day; CREATE INDEX loans_by_day ON loans (day)')
})

afterAll(async () => {
  for (const each of [database, orphans, other]) await each.close()
})

type Assertion = keyof typeof testing & `assert${string}`
type Arguments = readonly unknown[]
type Pair = {
  readonly right: Arguments
  readonly wrong: Arguments
  readonly says: string
  readonly on?: () => TestDatabase
}

const thisOne = () => database

/** Of every assertion a call that holds, and calls that do not, with what they say. */
const assertions: Record<Assertion, readonly Pair[]> = {
  assertTable: [
    { right: ['books'], wrong: ['boks'], says: 'There is no table "boks"; did you mean "books"?' },
    { right: ['BOOKS'], wrong: ['lent'], says: '"lent" is a view, not a table' },
    { right: ['loans'], wrong: ['zebra'], says: 'There is no table "zebra"; known: books, loans' },
    {
      right: ['loans'],
      wrong: ['schema_migrations'],
      says: 'There is no table "schema_migrations"; known: books, loans',
    },
  ],
  assertNoTable: [
    {
      right: ['later'],
      wrong: ['loans'],
      says: 'There is a table "loans": CREATE TABLE loans (\n  book INTEGER REFERENCES books (id),\n  day TEXT\n)',
    },
  ],
  assertColumn: [
    {
      right: ['books.title'],
      wrong: ['books.titel'],
      says: 'There is no column of books "titel"; did you mean "title"?',
    },
    {
      right: [
        'books.title',
        { type: 'text', notNull: true, default: null, primaryKey: false, generated: false },
      ],
      wrong: ['books.title', { type: 'BLOB', notNull: false }],
      says: 'The column books.title is "title TEXT NOT NULL": type is "TEXT", not "BLOB"; notNull is true, not false',
    },
    {
      right: ['books.kind', { default: "'new'" }],
      wrong: ['books.kind', { default: "'NEW'" }],
      says: `The column books.kind is "kind VARCHAR(9) DEFAULT 'new'": default is "'new'", not "'NEW'"`,
    },
    {
      right: ['books.id', { primaryKey: true }],
      wrong: ['books.size', { generated: false }],
      says: 'The column books.size is "size INTEGER GENERATED": generated is true, not false',
    },
    { right: ['lent.title'], wrong: ['loan.day'], says: 'There is no table "loan"; did you mean "loans"?' },
  ],
  assertNoColumn: [
    {
      right: ['books.author'],
      wrong: ['books.title'],
      says: 'The column books.title is "title TEXT NOT NULL"',
    },
    {
      right: ['books.author'],
      wrong: ['boks.author'],
      says: 'There is no table "boks"; did you mean "books"?',
    },
  ],
  assertIndex: [
    {
      right: ['loans_by_day'],
      wrong: ['loans_by_dya'],
      says: 'There is no index "loans_by_dya"; did you mean "loans_by_day"?',
    },
    {
      right: ['loans_by_day', { table: 'loans', columns: ['book', 'day'], unique: true }],
      wrong: ['loans_by_day', { table: 'books', columns: ['day', 'book'], unique: false }],
      says: 'The index "loans_by_day" is not as expected: table is "loans", not "books"; columns is ["book","day"], not ["day","book"]; unique is true, not false',
    },
    {
      right: ['loans_lower', { columns: ['<expression>'], unique: false }],
      wrong: ['books'],
      says: '"books" is a table, not an index',
    },
  ],
  assertNoIndex: [
    {
      right: ['books_by_title'],
      wrong: ['loans_lower'],
      says: 'There is an index "loans_lower": CREATE INDEX loans_lower ON loans (lower(day))',
    },
  ],
  assertView: [{ right: ['lent'], wrong: ['elnt'], says: 'There is no view "elnt"; did you mean "lent"?' }],
  assertNoView: [
    {
      right: ['books'],
      wrong: ['lent'],
      says: 'There is a view "lent": CREATE VIEW lent AS SELECT title FROM books JOIN loans ON book = books.id',
    },
  ],
  assertTrigger: [
    {
      right: ['lent_once'],
      wrong: ['lent_onec'],
      says: 'There is no trigger "lent_onec"; did you mean "lent_once"?',
    },
  ],
  assertNoTrigger: [
    {
      right: ['lent_twice'],
      wrong: ['lent_once'],
      says: 'There is a trigger "lent_once": CREATE TRIGGER lent_once AFTER INSERT ON loans BEGIN SELECT 1; END',
    },
  ],
  assertApplied: [
    {
      right: ['002_loans'],
      wrong: ['003_later'],
      says: '003_later is not applied; the newest that is applied is 002_loans',
    },
    { right: ['1'], wrong: ['3'], says: '003_later is not applied; the newest that is applied is 002_loans' },
    { right: ['1'], wrong: ['002_lones'], says: 'There is no migration "002_lones"' },
  ],
  assertPending: [
    { right: ['003_later'], wrong: ['001_books'], says: '001_books is not pending: it is applied' },
    { right: ['003_later'], wrong: ['4'], says: 'There is no migration "4"' },
  ],
  assertRowCount: [
    { right: ['books', 2], wrong: ['books', 3], says: 'books has 2 rows, not 3' },
    { right: ['lent', 0], wrong: ['lent', 1], says: 'lent has 0 rows, not 1' },
    { right: ['loans', 0], wrong: ['loan', 0], says: 'There is no table "loan"; did you mean "loans"?' },
  ],
  assertForeignKeysHold: [
    {
      right: [],
      wrong: [],
      on: () => orphans,
      says: 'There are rows without a parent: 2 of loans (parent books)',
    },
  ],
  assertSchemaEqual: [],
}

/** The matcher that says the same as an assertion. */
const matcherOf: Readonly<Record<Assertion, readonly [matcher: keyof DatabaseMatchers, negated?: 'not']>> = {
  assertTable: ['toHaveTable'],
  assertNoTable: ['toHaveTable', 'not'],
  assertColumn: ['toHaveColumn'],
  assertNoColumn: ['toHaveColumn', 'not'],
  assertIndex: ['toHaveIndex'],
  assertNoIndex: ['toHaveIndex', 'not'],
  assertView: ['toHaveView'],
  assertNoView: ['toHaveView', 'not'],
  assertTrigger: ['toHaveTrigger'],
  assertNoTrigger: ['toHaveTrigger', 'not'],
  assertApplied: ['toHaveApplied'],
  assertPending: ['toHavePending'],
  assertRowCount: ['toHaveRowCount'],
  assertForeignKeysHold: ['toHoldForeignKeys'],
  assertSchemaEqual: ['toMatchSchemaOf'],
}

const cases = Object.entries(assertions).flatMap(([name, pairs]) =>
  pairs.map((pair) => ({ name: name as Assertion, on: thisOne, ...pair })),
)

/** The message of an assertion that has to fail. */
function failure(work: () => void): string {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
  return 'it holds'
}

const exported = new Map<string, unknown>(Object.entries(testing))

const call = (name: Assertion, on: TestedDatabase, args: Arguments) =>
  (exported.get(name) as (...all: Arguments) => void)(on, ...args)

const match = (name: Assertion, on: TestedDatabase, args: Arguments) => {
  const [matcher, negated] = matcherOf[name]
  const expectation = negated === undefined ? expect(on) : expect(on).not
  ;(expectation[matcher] as (...all: Arguments) => void)(...args)
}

describe('an assertion', () => {
  it.each(cases)('$name holds for $right', ({ name, right }) => {
    call(name, database, right)
    match(name, database, right)
  })

  it.each(cases)('$name fails for $wrong, and says what is there instead', ({ name, on, wrong, says }) => {
    expect(failure(() => call(name, on(), wrong))).toBe(says)
    expect(failure(() => match(name, on(), wrong))).toBe(says)
  })

  it('fails with a code of its own', () => {
    expect(() => testing.assertTable(database, 'x')).toThrow(
      expect.objectContaining({ code: 'ASSERTION_FAILED', hint: expect.stringContaining('migration') }),
    )
  })

  it('takes any open handle', () => {
    testing.assertTable(database.handle, 'books')
    expect(database.handle).toHaveColumn('books.title')
    expect(() => testing.assertApplied(database.handle as unknown as TestDatabase, '1')).toThrow(
      'A bare handle does not say which migrations there are',
    )
  })

  it('of a migration in doubt says neither that it is applied nor that it is pending', async () => {
    const doubtful = await createTestDatabase({
      migrations: folders.write(library),
      cache: folders.cache,
      inMemory: true,
    })
    doubtful.handle.exec("UPDATE schema_migrations SET state = 'in-doubt' WHERE version = 3")
    expect(failure(() => testing.assertApplied(doubtful, '3'))).toBe('003_later is in doubt, not applied')
    expect(failure(() => testing.assertPending(doubtful, '3'))).toBe(
      '003_later is not pending: it is in doubt',
    )
    await doubtful.close()
  })

  it('of a database in which nothing was ever applied says so', async () => {
    const empty = await createTestDatabase({
      migrations: folders.write({}, 'none'),
      cache: folders.cache,
      inMemory: true,
    })
    expect(failure(() => testing.assertTable(empty, 'x'))).toBe('There is no table "x", and no other')
    expect(
      failure(() => testing.assertApplied({ ...empty, available: [{ id: '001_a', version: '1' }] }, '1')),
    ).toBe('001_a is not applied; nothing is')
    await empty.close()
  })

  it.each([
    ['a number that is none', () => testing.assertRowCount(database, 'books', -1), '-1 is no number of rows'],
    ['a column without a table', () => testing.assertColumn(database, 'title'), '"title" names no column'],
    [
      'a trait that there is not',
      () => testing.assertColumn(database, 'books.id', { notnull: true } as object),
      'an expected column has no option "notnull"',
    ],
    [
      'a trait of an index that there is not',
      () => testing.assertIndex(database, 'loans_by_day', { colums: [] } as object),
      'an expected index has no option "colums"',
    ],
    [
      'no database',
      () => testing.assertTable({} as TestDatabase, 'x'),
      'What was given to look at is no database',
    ],
  ])('refuses %s', (_, wrong, message) => {
    expect(wrong).toThrow(expect.objectContaining({ code: 'USAGE', message }))
  })

  it('refuses a database that is closed', async () => {
    const closed = await createTestDatabase({ migrations: folders.write(library), cache: folders.cache })
    await closed.close()
    expect(() => testing.assertTable(closed, 'books')).toThrow('The database is closed')
  })
})

describe('a matcher with .not', () => {
  it.each([
    ['toHaveTable', ['books'], 'There is a table "books": CREATE TABLE'],
    ['toHaveColumn', ['books.title'], 'The column books.title is "title TEXT NOT NULL"'],
    ['toHaveIndex', ['loans_lower'], 'There is an index "loans_lower"'],
    ['toHaveView', ['lent'], 'There is a view "lent"'],
    ['toHaveTrigger', ['lent_once'], 'There is a trigger "lent_once"'],
    ['toHaveApplied', ['1'], '001_books is applied'],
    ['toHavePending', ['3'], '003_later is pending'],
    ['toHaveRowCount', ['books', 2], 'books has 2 rows'],
    ['toHoldForeignKeys', [], 'All foreign keys hold'],
  ] as const)('%s fails for %j', (matcher, args, says) => {
    const negated = () => (expect(database).not[matcher] as (...all: Arguments) => void)(...args)
    expect(failure(negated)).toContain(says)
  })

  it.each([
    ['toHaveTable', ['boks']],
    ['toHaveColumn', ['books.author']],
    ['toHaveColumn', ['books.title', { type: 'BLOB' }]],
    ['toHaveIndex', ['loans_by_day', { unique: false }]],
    ['toHaveView', ['books']],
    ['toHaveTrigger', ['lent']],
    ['toHaveApplied', ['3']],
    ['toHavePending', ['1']],
    ['toHaveRowCount', ['books', 7]],
  ] as const)('%s holds for %j', (matcher, args) => {
    ;(expect(database).not[matcher] as (...all: Arguments) => void)(...args)
  })

  it('toHoldForeignKeys holds where there are rows without a parent', () => {
    expect(orphans).not.toHoldForeignKeys()
  })

  it.each([
    ['toHaveColumn', ['boks.title'], 'There is no table "boks"; did you mean "books"?'],
    ['toHaveRowCount', ['boks', 2], 'There is no table "boks"; did you mean "books"?'],
    ['toHaveApplied', ['002_lones'], 'There is no migration "002_lones"'],
    ['toHavePending', ['002_lones'], 'There is no migration "002_lones"'],
  ] as const)('%s does not hold only because %j is misspelt', (matcher, args, says) => {
    const negated = () => (expect(database).not[matcher] as (...all: Arguments) => void)(...args)
    expect(failure(negated)).toBe(says)
  })
})

describe('the schema of one database', () => {
  const differences = `The schemas differ:
  the index loans_lower on loans is missing
  the view lent is missing
  the table tags was not expected
  the column loans.till was not expected
  the index loans_by_day on loans is CREATE INDEX loans_by_day ON loans (day), not CREATE UNIQUE INDEX loans_by_day ON loans (book, day)`

  it('is that of another one', () => {
    testing.assertSchemaEqual(orphans, database)
    expect(orphans).toMatchSchemaOf(database.handle)
  })

  it('is not that of another one, and every difference is named', () => {
    expect(
      failure(() => testing.assertSchemaEqual(other, database))
        .split('\n')
        .sort(),
    ).toEqual(differences.split('\n').sort())
    expect(failure(() => expect(other).toMatchSchemaOf(database)).split('\n')).toHaveLength(6)
    expect(other).not.toMatchSchemaOf(database)
  })

  it('is that of another one although it should not be', () => {
    expect(failure(() => expect(orphans).not.toMatchSchemaOf(database))).toBe(
      'Both databases have the same schema',
    )
  })
})

describe('every helper', () => {
  it('has a test above that makes it fail', () => {
    const helpers = [...exported.keys()].filter((name) => name.startsWith('assert'))
    expect(Object.keys(assertions).sort()).toEqual(helpers.sort())
    const tried = Object.values(matcherOf).map(([matcher]) => matcher)
    expect([...new Set(tried)].sort()).toEqual(Object.keys(databaseMatchers).sort())
  })
})
