const there =
  'It was made outside the migrations or by an earlier attempt, which cannot be undone here: drop it, or record what is there with "baseline"'
const rights = 'Give the user who migrates this right with GRANT'

const hints: ReadonlyMap<number, string> = new Map([
  [1044, rights],
  [1142, rights],
  [1227, rights],
  [1050, there],
  [1060, there],
  [1061, there],
  [1054, 'Check the spelling of the column, and the migration that adds it'],
  [1062, 'Two rows have the same value: merge or delete one of them first, in the same migration'],
  [1064, 'Correct the SQL at that place; give one statement at a time'],
  [1048, 'Give the column a value in every row before it may not be NULL, or a default'],
  [1146, 'Check the spelling of the table, and the migration that creates it'],
  [1153, 'Split the statement, or raise max_allowed_packet of the server'],
  [
    1366,
    'Where the character set of the column does not have the character: ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4',
  ],
  [1451, 'Rows refer to it: correct or delete them first'],
  [1452, 'A row refers to a parent that is not there: correct or delete such rows in the same migration'],
  [4025, 'Correct the rows that break the rule first, in the same migration'],
])

/** What to do about a statement that the server refused, from its number for the error. */
export function statementHint(number: number): string {
  return hints.get(number) ?? 'Correct the statement, then run the command again'
}
