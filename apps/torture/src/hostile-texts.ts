import { sample } from './random.ts'

/** Something in a migration file that attacks the runner, and how a run with it may end. */
export interface HostileText {
  readonly name: string
  /** Stands in the up part, between two statements whose tables show how far the run came. */
  readonly up: Buffer
  /** `refused`: nothing was run. `undone`: it was tried. `applied`: it does no harm, and is there wholly. */
  readonly ends: readonly Ending[]
  readonly header?: string
}

export type Ending = 'refused' | 'undone' | 'applied'

const any: readonly Ending[] = ['refused', 'undone', 'applied']

function text(name: string, up: string, ends: readonly Ending[] = ['refused', 'undone']): HostileText {
  return { name, up: Buffer.from(up), ends }
}

/** Settings that survive a ROLLBACK. */
const pragmas = [
  'analysis_limit = 7',
  'automatic_index = 0',
  'cache_size = 3',
  'cache_spill = 0',
  'case_sensitive_like = 1',
  'cell_size_check = 1',
  'ignore_check_constraints = 1',
  'journal_size_limit = 1',
  'legacy_alter_table = 1',
  'locking_mode = EXCLUSIVE',
  'max_page_count = 5',
  'query_only = 1',
  'read_uncommitted = 1',
  'recursive_triggers = 1',
  'reverse_unordered_selects = 1',
  'synchronous = OFF',
  'temp_store = 2',
  'writable_schema = 1',
]

const rebuild = `CREATE TABLE people_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);
INSERT INTO people_new (id, name) SELECT id, name FROM people; DROP TABLE people; ALTER TABLE people_new RENAME TO people;`

/** Each of them made some runner lose data, run half a file, or believe a record that is not there. */
export const hostileTexts: readonly HostileText[] = [
  text('PRAGMA foreign_keys', `PRAGMA foreign_keys = OFF; ${rebuild}`),
  text('a rebuild of a parent', rebuild, ['applied']),
  text(
    'the wrong rebuild',
    `ALTER TABLE people RENAME TO people_old; CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
     INSERT INTO people SELECT * FROM people_old; DROP TABLE people_old;`,
  ),
  text('PRAGMA journal_mode = WAL', 'PRAGMA journal_mode = WAL;'),
  text('PRAGMA journal_mode = MEMORY', 'PRAGMA journal_mode = MEMORY;'),
  text('VACUUM', 'VACUUM;'),
  text('VACUUM INTO', "VACUUM INTO 'vacuumed.db';"),
  ...pragmas.map((pragma) => text(`PRAGMA ${pragma}`, `PRAGMA ${pragma};`, any)),
  text('COMMIT', 'COMMIT;'),
  text('COMMIT and BEGIN', 'COMMIT; BEGIN;'),
  text('END and BEGIN IMMEDIATE', 'END TRANSACTION; BEGIN IMMEDIATE;'),
  text('ROLLBACK', 'ROLLBACK;'),
  text('COMMIT in a comment, then for real', '/* COMMIT; */ CO/**/MMIT; COMMIT;'),
  text('SAVEPOINT', 'SAVEPOINT mine;'),
  text('RELEASE of a guard', 'RELEASE guard_1;'),
  text('INSERT OR ROLLBACK', "INSERT OR ROLLBACK INTO people (id, name) VALUES (1, 'x');", ['undone']),
  text(
    'RAISE(ROLLBACK)',
    "CREATE TRIGGER t BEFORE INSERT ON people BEGIN SELECT RAISE(ROLLBACK, 'no'); END; INSERT INTO people (name) VALUES ('x');",
    ['undone'],
  ),
  text(
    'ON CONFLICT ROLLBACK',
    'CREATE TABLE unique_once (a UNIQUE ON CONFLICT ROLLBACK); INSERT INTO unique_once VALUES (1), (1);',
    ['undone'],
  ),
  text('a temporary tracking table', 'CREATE TEMP TABLE schema_migrations (version, name);'),
  text(
    'a trigger that swallows the record',
    'CREATE TRIGGER t BEFORE INSERT ON schema_migrations BEGIN SELECT RAISE(IGNORE); END;',
  ),
  text(
    'a forged record',
    "INSERT INTO schema_migrations (version, name, applied_at, checksum, execution_time_ms) VALUES (9, 'x', '', '', 0);",
  ),
  text('deleted records', 'DELETE FROM schema_migrations;'),
  text('a dropped history', 'DROP TABLE schema_migrations_history;'),
  text('a renamed tracking table', 'ALTER TABLE "schema_migrations" RENAME TO other;'),
  text('writable_schema', "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'people';"),
  text('ATTACH', "ATTACH 'attached.db' AS other; CREATE TABLE other.x (a);"),
  text('DETACH', 'DETACH main;'),
  text('load_extension', "SELECT load_extension('x');"),
  text('a NUL byte', 'SELECT 1;\0 SELECT 2;'),
  text('a NUL byte in a string', "INSERT INTO people (name) VALUES ('a\0b');"),
  text('a lone CR after a comment', '-- all of this is a comment\rDROP TABLE people;'),
  text('an unterminated comment', '/* never ends'),
  text('an unterminated string', "INSERT INTO people (name) VALUES ('never ends);"),
  text('an unterminated name', 'CREATE TABLE "never ends (a);'),
  text('an unterminated trigger', 'CREATE TRIGGER t AFTER INSERT ON people BEGIN SELECT 1;'),
  {
    name: 'latin-1',
    up: Buffer.from("INSERT INTO people (name) VALUES ('caf\xe9');", 'latin1'),
    ends: ['refused'],
  },
  { name: 'UTF-16', up: Buffer.from('SELECT 1;', 'utf16le'), ends: ['refused'] },
  { name: 'half a surrogate', up: Buffer.from([0xed, 0xa0, 0x80]), ends: ['refused'] },
  { name: 'an overlong slash', up: Buffer.from([0xc0, 0xaf]), ends: ['refused'] },
  text('a byte-order mark inside', 'SELECT\ufeff 1;', any),
  text('a string in quotation marks', 'INSERT INTO people (name) VALUES ("text");'),
  text('a default in quotation marks', 'CREATE TABLE quoted (a TEXT DEFAULT "x");', any),
  text(
    'rows lost by a trigger',
    'CREATE TRIGGER t AFTER DELETE ON visits BEGIN DELETE FROM people; END; DELETE FROM visits WHERE id = 1;',
    any,
  ),
  text('a marker inside', '-- === DOWN MIGRATION ===', ['refused', 'undone']),
  text('a marker in a string', "INSERT INTO people (name) VALUES ('\n-- === DOWN MIGRATION ===\n');", any),
  text(
    'one statement of two megabytes',
    `INSERT INTO people (name) VALUES ('${'x'.repeat(2_000_000)}');`,
    any,
  ),
  text('five thousand statements', 'UPDATE people SET name = name;\n'.repeat(5_000), any),
  text('five thousand parentheses', `SELECT ${'('.repeat(5_000)}1${')'.repeat(5_000)};`, any),
  text('three thousand terms', `SELECT 1 ${'UNION ALL SELECT 1 '.repeat(3_000)};`, any),
  text('a name of a megabyte', `CREATE TABLE "${'n'.repeat(1_000_000)}" (a);`, any),
  text('only semicolons', ';'.repeat(10_000), any),
  text('a statement that fails last', 'DELETE FROM people WHERE id = 3; INSERT INTO nowhere VALUES (1);', [
    'undone',
  ]),
  text('a broken foreign key', 'INSERT INTO visits (id, person) VALUES (1000, 12345);', ['undone']),
  text('a view of nothing', 'CREATE VIEW broken AS SELECT * FROM nowhere;', any),
  text('no SQL at all', 'Dear reader, this is a letter.', ['refused', 'undone']),
  text('a shell', '.shell true\n.quit', ['refused', 'undone']),
  { ...text('a header that lies', 'SELECT 1;', any), header: '-- Migration: 004_other' },
  { ...text('a header that nobody knows', 'SELECT 1;', any), header: '-- Transaktion: none' },
  { ...text('a dependency on itself', 'SELECT 1;', any), header: '-- Depends-On: 003_hostile' },
]

const words = [
  'CREATE TABLE x (a, b);',
  'DROP TABLE people;',
  'DELETE FROM visits;',
  'INSERT INTO people (name) VALUES (1);',
  'BEGIN;',
  'COMMIT;',
  'ROLLBACK',
  'SAVEPOINT s;',
  'RELEASE s;',
  'END;',
  'CASE WHEN 1 THEN 2 END',
  'CREATE TRIGGER t AFTER INSERT ON people BEGIN',
  'SELECT 1;',
  "'",
  '"',
  '`',
  '[',
  ']',
  '/*',
  '*/',
  '--',
  '\n',
  '\r',
  '\r\n',
  ';',
  '\0',
  '\ufeff',
  '\u2028',
  'ß',
  "''",
  'PRAGMA foreign_keys = OFF;',
  'PRAGMA writable_schema = 1;',
  'ATTACH',
  'schema_migrations',
  '-- === DOWN MIGRATION ===\n',
  '-- === UP MIGRATION ===\n',
  ' ',
  '(',
  ')',
]

/** Something random: bytes, or words that mean something to a parser in an order that does not. */
export function randomText(number: number, random: () => number): HostileText {
  const name = `random ${number}`
  if (number % 3 === 0) {
    const size = 1 + Math.floor(random() * 400)
    return {
      name,
      up: Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256))),
      ends: any,
    }
  }
  const count = 1 + Math.floor(random() * 12)
  const chosen = Array.from({ length: count }, () => sample(words, 1, random)[0])
  return text(name, chosen.join(number % 3 === 1 ? ' ' : ''), any)
}
