import type { SqlToken } from '@whimbrel/core'

/** A way to write something that other engines have and SQLite has not. */
export interface ForeignConstruct {
  /** Looks at a statement in outline: words in upper case, names as "", strings as '', numbers as 0. */
  readonly pattern: RegExp
  readonly what: string
  /** What SQLite has instead. */
  readonly hint: string
}

/** Refused by SQLite. */
export const refusedConstructs: readonly ForeignConstruct[] = [
  construct(
    /^CREATE EXTENSION/,
    'CREATE EXTENSION of PostgreSQL',
    'Remove it: what SQLite can do is built in',
  ),
  construct(
    /^(?:CREATE|ALTER|DROP) TYPE|\bENUM \(/,
    'an enumerated type',
    "Use TEXT with CHECK (column IN ('a', 'b')), or a table of the values with a foreign key",
  ),
  construct(
    /^(?:CREATE|ALTER|DROP) SEQUENCE/,
    'a sequence',
    'An INTEGER PRIMARY KEY counts by itself; AUTOINCREMENT never uses an id twice',
  ),
  construct(
    /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)|EXECUTE (?:FUNCTION|PROCEDURE)/,
    'a stored function',
    'Write what it does into the trigger: CREATE TRIGGER … BEGIN …; END, or into the application',
  ),
  construct(
    /^CREATE OR REPLACE/,
    'CREATE OR REPLACE',
    'DROP it in a statement of its own in front of CREATE',
  ),
  construct(
    /^(?:COMMENT ON|GRANT|REVOKE|SET|USE|LOCK|UNLOCK|EXEC|EXECUTE|CALL|GO|DELIMITER|DO|ANALYZE TABLE|OPTIMIZE)\b/,
    'a statement of another engine',
    'Remove it: SQLite has neither users nor session variables nor stored procedures',
  ),
  construct(/^TRUNCATE/, 'TRUNCATE', 'Write DELETE FROM without WHERE, which SQLite does as fast'),
  construct(
    /^MERGE\b|ON DUPLICATE KEY|INSERT IGNORE/,
    'an upsert of another engine',
    'Write INSERT … ON CONFLICT (key) DO UPDATE SET column = excluded.column, or DO NOTHING',
  ),
  construct(/\bILIKE\b/, 'ILIKE', 'LIKE does not look at the case of ASCII letters: write LIKE'),
  construct(/\bCONCURRENTLY\b/, 'CONCURRENTLY', 'Remove the word: SQLite builds an index under its lock'),
  construct(
    /\bUSING (?:BTREE|HASH|GIN|GIST|BRIN)\b|\bFULLTEXT\b|\bSPATIAL\b/,
    'a kind of index',
    'Remove the words; for full text make a virtual table: CREATE VIRTUAL TABLE … USING fts5 (…)',
  ),
  construct(
    /\bENGINE =|\bCHARSET\b|\bCHARACTER SET\b|\bCOLLATE = |\bROW_FORMAT\b/,
    'a table option of MySQL',
    'Remove what stands behind the last parenthesis: SQLite has only STRICT and WITHOUT ROWID, and text is always UTF-8',
  ),
  construct(
    /^ALTER TABLE .*?\bALTER (?:COLUMN )?\S+ (?:TYPE|SET DATA TYPE|SET DEFAULT|DROP DEFAULT)\b|\b(?:MODIFY|CHANGE)\b/,
    'a change of a column in place',
    'Rebuild the table: create the new one, copy, drop the old one, rename',
  ),
  construct(
    /^ALTER TABLE .*?\b(?:ADD|DROP) (?:CONSTRAINT \S+ )?(?:UNIQUE|FOREIGN KEY|PRIMARY KEY|INDEX|KEY)\b/,
    'a key that is added or dropped in place',
    'CREATE UNIQUE INDEX or CREATE INDEX in a statement of its own; for a foreign or primary key rebuild the table',
  ),
  construct(
    /^ALTER TABLE (?:IF EXISTS|ONLY)\b|\b(?:ADD|DROP) COLUMN IF (?:NOT )?EXISTS\b/,
    'IF EXISTS in ALTER TABLE',
    'Leave the words out: a migration runs once',
  ),
  construct(
    /^ALTER TABLE .*?, (?:ADD|DROP|ALTER|RENAME)\b/,
    'several changes in one ALTER TABLE',
    'Write one ALTER TABLE for each',
  ),
  construct(
    /^DROP .* CASCADE$/,
    'DROP … CASCADE',
    'Drop what depends on it in statements of their own, first',
  ),
  construct(
    /^DROP INDEX .* ON\b/,
    'DROP INDEX … ON',
    'Write DROP INDEX name: the name of an index is its own in the whole database',
  ),
  construct(
    /^CREATE TABLE .*[(,] (?:UNIQUE )?(?:KEY|INDEX) /,
    'an index inside CREATE TABLE',
    'CREATE INDEX in a statement of its own',
  ),
  construct(
    /\bGENERATED (?:BY DEFAULT|ALWAYS) AS IDENTITY\b|\bAUTO_INCREMENT\b/,
    'a counting column of another engine',
    'Write INTEGER PRIMARY KEY, which counts by itself',
  ),
  construct(/\bINTERVAL ''/, 'INTERVAL', "Write a modifier: datetime('now', '+1 day')"),
  construct(
    /\bON UPDATE (?:CURRENT_TIMESTAMP|NOW)\b/,
    'ON UPDATE CURRENT_TIMESTAMP',
    'Write a trigger AFTER UPDATE',
  ),
  construct(/\bFOR UPDATE\b/, 'FOR UPDATE', 'Remove it: a migration has the only write lock there is'),
  construct(/\bE ''/, 'a string with escapes', "Write the characters themselves: 'it''s', or char(10)"),
  construct(
    /\bDEFAULT [A-Z_]+ \(/,
    'a default that is computed',
    'Put it in parentheses: DEFAULT (datetime(…))',
  ),
]

/** Accepted by SQLite, which takes the words for a part of the type and does not do what they say. */
export const silentConstructs: readonly ForeignConstruct[] = [
  construct(
    /\b(?:SMALL|BIG)?SERIAL\b|\bAUTO_INCREMENT\b|\bIDENTITY \(/,
    'a counting column of another engine',
    'Write INTEGER PRIMARY KEY, which counts by itself',
  ),
]

/** Functions of other engines, by what SQLite has instead. */
const functions: readonly (readonly [names: string, hint: string])[] = [
  [
    'now getdate sysdate curdate curtime getutcdate sysdatetime',
    "Write CURRENT_TIMESTAMP or datetime('now')",
  ],
  [
    'uuid newid gen_random_uuid uuid_generate_v4 random_uuid',
    'Write lower(hex(randomblob(16))), or let the application make ids',
  ],
  [
    'nextval setval currval last_insert_id',
    'An INTEGER PRIMARY KEY counts by itself; last_insert_rowid() is the last id',
  ],
  [
    'date_add date_sub dateadd datediff date_trunc date_part age',
    "Write datetime(column, '+1 day') and strftime(format, column)",
  ],
  [
    'to_char to_date to_timestamp date_format from_unixtime unix_timestamp extract',
    'Write strftime(format, column) or unixepoch(column)',
  ],
  ['isnull nvl', 'Write coalesce(a, b)'],
  ['greatest least', 'Write max(a, b) or min(a, b), which take several values'],
  ['left right lpad rpad', 'Write substr(text, from, length) or printf(format, value)'],
  ['md5 sha1 sha2', 'Compute it in the application'],
  ['json_build_object jsonb_build_object array_agg json_agg', 'Write json_object(…) or json_group_array(…)'],
  ['regexp_replace regexp_matches', 'Write replace(…), LIKE or GLOB, or compute it in the application'],
]

const hintsOfFunctions = new Map(
  functions.flatMap(([names, hint]) => names.split(' ').map((name) => [name, hint] as const)),
)

/** What SQLite has instead of a function of another engine. */
export function hintForFunction(name: string): string | undefined {
  return hintsOfFunctions.get(name.toLowerCase())
}

/** A statement in outline, for the patterns. */
export function outline(tokens: readonly SqlToken[]): string {
  return tokens.map(outlineOf).join(' ')
}

function outlineOf({ kind, text }: SqlToken): string {
  if (kind === 'word') return text.toUpperCase()
  if (kind === 'name') return '""'
  if (kind === 'string') return "''"
  return kind === 'number' ? '0' : text
}

function construct(pattern: RegExp, what: string, hint: string): ForeignConstruct {
  return { pattern, what, hint }
}
