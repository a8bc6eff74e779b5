import { sqliteDialect, toScript } from '@whimbrel/core'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lexer } from '../packages/core/src/sql/lexer.ts'
import { END_OF_TEXT, LINE_COMMENT } from '../packages/core/src/sql/token.ts'

function statementsOf(sql: string): string[] {
  return toScript(sql, { dialect: sqliteDialect }).statements.map(({ start, end }) => sql.slice(start, end))
}

function tokensOf(sql: string): string[] {
  const lexer = new Lexer(sql, sqliteDialect)
  const tokens: string[] = []
  for (let kind = lexer.next(); kind !== END_OF_TEXT; kind = lexer.next()) {
    if (kind < LINE_COMMENT) tokens.push(lexer.slice())
  }
  return tokens
}

/** What a database holds: the schema as the engine lists it, and every row of every table. */
function contentOf(database: Database.Database): unknown {
  const objects = database.prepare('SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name').all()
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
    .pluck()
    .all()
  const rows = tables.map((table) => {
    const name = `"${String(table).replaceAll('"', '""')}"`
    const columns = database.prepare(`PRAGMA table_xinfo(${name})`).all()
    return [table, columns, database.prepare(`SELECT * FROM ${name}`).raw().all()]
  })
  return { objects, rows }
}

function withDatabase<T>(use: (database: Database.Database) => T): T {
  const database = new Database(':memory:')
  try {
    return use(database)
  } finally {
    database.close()
  }
}

/** The engine runs the text, and finds the ends of the statements by itself. */
const contentAfter = (sql: string) => withDatabase((database) => contentOf(database.exec(sql)))

/** The engine is given one of our statements at a time; it throws for anything but exactly one. */
function contentAfterEach(statements: readonly string[]): unknown {
  return withDatabase((database) => {
    for (const sql of statements) {
      const statement = database.prepare(sql)
      if (statement.reader) statement.all()
      else statement.run()
    }
    return contentOf(database)
  })
}

const text = fc.constantFrom(
  "'a'",
  "'it''s'",
  "''",
  "'--'",
  "'/*'",
  "';'",
  "'; END;'",
  "'ü名'",
  "'\n'",
  "'\"'",
  "x'00ff'",
)
const number = fc.constantFrom('1', '-2', '.5', '1.', '1e3', '2E-1', '0xFf', '1_0')
const value = fc.oneof(
  text,
  number,
  fc.constantFrom('NULL', "('a'||'b')", '(1<>2)', '(3>>1)', '(CASE WHEN 1 THEN 2 ELSE 3 END)'),
)
const name = fc.constantFrom(
  'a',
  '"b;c"',
  '`d--`',
  '[e/*]',
  '"f""g"',
  'größe',
  '"END"',
  "[it's]",
  '"trigger"',
  'h$1',
)
const table = fc.record({ name, column: name, value }).map((of) => ({
  ...of,
  create: `CREATE TABLE IF NOT EXISTS ${of.name} (${of.column} DEFAULT ${of.value})`,
}))

/** Valid statements, each list of which can be run in an empty database. */
const statements = fc
  .array(fc.tuple(table, value, fc.constantFrom('', 'TEMP ', 'temporary ')), { minLength: 1, maxLength: 4 })
  .map((all) =>
    all.flatMap(([of, given, temporary], index) => [
      of.create,
      `INSERT INTO ${of.name} VALUES (${given})`,
      `CREATE ${temporary}TRIGGER tr${index} AFTER INSERT ON ${of.name} BEGIN UPDATE ${of.name} SET ` +
        `rowid = CASE WHEN new.rowid > 100 THEN 1 ELSE rowid END; SELECT ${given}; END`,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) INSERT INTO ${of.name} SELECT ${given} FROM n`,
      `CREATE VIEW v${index} AS SELECT ${given} AS x, * FROM ${of.name}`,
      `SELECT ${given}`,
    ]),
  )

const gap = fc
  .array(
    fc.constantFrom(
      ' ',
      '\n',
      '\r\n',
      '\t',
      '\f',
      '\uFEFF',
      "-- it's; END;\n",
      '/* ; */',
      '/* \' " */',
      '--\n',
      '/**/',
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((parts) => ` ${parts.join('')} `)
const gaps = fc.array(gap, { minLength: 1, maxLength: 5 })

describe('our lexer and SQLite', () => {
  it('end every statement of a script at the same place', () => {
    fc.assert(
      fc.property(statements, gaps, fc.boolean(), (wanted, between, closed) => {
        const joined = wanted.map((each, index) => `${between[index % between.length]}${each}`).join(';;')
        const sql = closed ? `${joined}; -- end` : joined
        const ours = statementsOf(sql)
        expect(ours).toEqual(wanted)
        expect(contentAfterEach(ours)).toEqual(contentAfter(sql))
      }),
      { numRuns: 60 },
    )
  })

  it('read the same tokens, whatever stands between them', () => {
    fc.assert(
      fc.property(statements, gaps, (wanted, between) => {
        const spaced = wanted.map((statement) =>
          tokensOf(statement)
            .map((token, index) => `${token}${between[index % between.length]}`)
            .join(''),
        )
        expect(spaced.map(tokensOf)).toEqual(wanted.map(tokensOf))
        expect(tablesOf(spaced)).toEqual(tablesOf(wanted))
      }),
      { numRuns: 60 },
    )
  })

  it('agree on what is one statement, for any tokens that the engine accepts', () => {
    const piece = fc.oneof(
      value,
      fc.constantFrom(
        ',',
        '+',
        '||',
        '=',
        '<>',
        '->>',
        '-',
        ';',
        'AS x',
        '(',
        ')',
        '/',
        '--',
        '/*',
        '*/',
        "'",
        '"',
      ),
    )
    const soup = fc
      .array(fc.oneof(piece, gap), { maxLength: 8 })
      .map((parts) => `SELECT ${parts.join(' ')}`)
      // better-sqlite3 looks behind a statement by itself, and does not know the mark that the engine skips.
      .filter((sql) => !sql.includes('\uFEFF'))
    withDatabase((database) => {
      let accepted = 0
      fc.assert(
        fc.property(soup, (sql) => {
          let ours: string[]
          try {
            ours = statementsOf(sql)
          } catch {
            return
          }
          const engine = whatTheEngineSays(database, sql)
          if (engine === 'one') accepted += 1
          if (engine !== 'error') expect(ours.length === 1 ? 'one' : 'many').toBe(engine)
          for (const statement of ours) expect(whatTheEngineSays(database, statement)).not.toBe('many')
        }),
        { numRuns: 1500 },
      )
      expect(accepted).toBeGreaterThan(20)
    })
  })

  it('differ only where we refuse what the engine drops in silence', () => {
    for (const sql of ['SELECT 1; /* SELECT 2;', 'SELECT 1; -- a\rSELECT 2;']) {
      expect(() => contentAfter(sql)).not.toThrow()
      expect(() => statementsOf(sql)).toThrow(/line 1/)
    }
  })
})

/** Rows and columns without the text of the schema, in which comments stay. */
function tablesOf(all: readonly string[]): unknown {
  return withDatabase((database) => {
    for (const sql of all) database.exec(sql)
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all()
    return tables.map((each) => [
      each,
      database
        .prepare(`SELECT * FROM "${String(each).replaceAll('"', '""')}"`)
        .raw()
        .all(),
    ])
  })
}

function whatTheEngineSays(database: Database.Database, sql: string): 'one' | 'many' | 'error' {
  try {
    database.prepare(sql)
    return 'one'
  } catch (error) {
    return error instanceof Error && /more than one statement/.test(error.message) ? 'many' : 'error'
  }
}
