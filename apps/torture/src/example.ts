/** A migration before it is written into a file. */
export interface ExampleMigration {
  readonly id: string
  readonly up: readonly string[]
  readonly down: readonly string[]
}

function numbers(count: number): string {
  return `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`
}

const peopleColumns = 'id INTEGER PRIMARY KEY, name TEXT NOT NULL'

/** The twelve-step rebuild of a table that others refer to with ON DELETE CASCADE. */
function rebuild(columns: string, copied: string, selected: string): readonly string[] {
  return [
    `CREATE TABLE people_new (${columns})`,
    `INSERT INTO people_new (${copied}) SELECT ${selected} FROM people`,
    'DROP TABLE people',
    'ALTER TABLE people_new RENAME TO people',
  ]
}

/**
 * Five migrations of a small product: tables with rows, an index, a rebuild, a view and a trigger. Their results are
 * the same every time, so that a database can be compared with what it has to be.
 */
export const exampleMigrations: readonly ExampleMigration[] = [
  {
    id: '001_people',
    up: [
      `CREATE TABLE people (${peopleColumns})`,
      `${numbers(60)} INSERT INTO people SELECT i, printf('person %04d of the town', i * 7919 % 1000) FROM n`,
    ],
    down: ['DROP TABLE people'],
  },
  {
    id: '002_visits',
    up: [
      'CREATE TABLE visits (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people ON DELETE CASCADE, note TEXT)',
      `${numbers(120)} INSERT INTO visits SELECT i, 1 + i % 60, printf('visit %08x', i * 2654435761 % 4294967296) FROM n`,
      'CREATE INDEX visits_by_person ON visits (person)',
    ],
    down: ['DROP TABLE visits'],
  },
  {
    id: '003_places',
    up: [
      'CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT, about TEXT)',
      `${numbers(90)} INSERT INTO places SELECT i, 'place ' || i, printf('%060d', i * i) FROM n`,
      'CREATE UNIQUE INDEX places_by_name ON places (name)',
    ],
    down: ['DROP TABLE places'],
  },
  {
    id: '004_rebuild_people',
    up: rebuild(
      `${peopleColumns}, visited INTEGER NOT NULL DEFAULT 0`,
      'id, name, visited',
      'id, name, id % 3',
    ),
    down: rebuild(peopleColumns, 'id, name', 'id, name'),
  },
  {
    id: '005_busy_places',
    up: [
      "CREATE VIEW busy_places AS SELECT * FROM places WHERE about LIKE '%4%'",
      'CREATE TRIGGER visits_count AFTER INSERT ON visits BEGIN UPDATE people SET name = name WHERE id = NEW.person; END',
      "UPDATE visits SET note = note || ' seen' WHERE id % 2 = 0",
    ],
    down: [
      "UPDATE visits SET note = replace(note, ' seen', '')",
      'DROP TRIGGER visits_count',
      'DROP VIEW busy_places',
    ],
  },
]

/** A migration outside a transaction that may be begun again after it was interrupted. */
export const repeatableMigration: ExampleMigration = {
  id: '004_stamps',
  up: [
    'CREATE TABLE IF NOT EXISTS stamps (id INTEGER PRIMARY KEY, text TEXT)',
    `${numbers(50)} INSERT OR IGNORE INTO stamps SELECT i, printf('%050d', i) FROM n`,
    'CREATE INDEX IF NOT EXISTS stamps_by_text ON stamps (text)',
    "UPDATE people SET name = replace(name, 'town', 'city')",
  ],
  down: [
    "UPDATE people SET name = replace(name, 'city', 'town')",
    'DROP INDEX IF EXISTS stamps_by_text',
    'DROP TABLE IF EXISTS stamps',
  ],
}
