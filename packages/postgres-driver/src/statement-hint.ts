/** Beginnings of SQLSTATE, the more exact one first. */
const hints: readonly (readonly [string, string])[] = [
  ['42P01', 'Check the spelling of the table, its schema, and the migration that creates it'],
  ['42703', 'Check the spelling of the column, and the migration that adds it'],
  ['42704', 'Check the spelling, and the migration or the extension that makes it'],
  [
    '42P07',
    'It was made outside the migrations or by an earlier one: drop it, or record what is there with "baseline"',
  ],
  [
    '42701',
    'It was made outside the migrations or by an earlier one: drop it, or record what is there with "baseline"',
  ],
  [
    '42710',
    'It was made outside the migrations or by an earlier one: drop it, or record what is there with "baseline"',
  ],
  ['42601', 'Correct the SQL at that place; give one statement at a time'],
  ['42501', 'Give the user who migrates this right with GRANT, or run the migration as the owner'],
  [
    '3F000',
    'Create the schema first, or correct its name: in the migration, or in "searchPath" or "trackingSchema" of the manifest',
  ],
  ['23505', 'Two rows have the same value: merge or delete one of them first, in the same migration'],
  ['23502', 'Give the column a value in every row before it may not be NULL, or a default'],
  ['23514', 'Correct the rows that break the rule first, in the same migration'],
  ['23503', 'A row refers to a parent that is not there: correct or delete such rows in the same migration'],
  ['2BP01', 'Drop what depends on it first, and create it again afterwards where it is still needed'],
  ['25001', 'Let the migration run outside of a transaction: -- Transaction: none'],
  ['25P02', 'Look at the statement that failed before: its error was not passed on'],
  ['55006', 'Let the other statement finish, or close what is still open'],
  ['57014', 'Give the statement more time, or let it do less at once'],
  [
    '22P05',
    'The encoding of the database has no such character: write another one, or move to a database in UTF-8',
  ],
  ['53200', 'Let one migration do less at once, or raise max_locks_per_transaction'],
]

/** What to do about a statement that PostgreSQL refused, from its SQLSTATE. */
export function statementHint(state: string): string {
  const found = hints.find(([code]) => state === code)
  return found?.[1] ?? 'Correct the statement, then run the command again'
}
