import { suggest } from '@whimbrel/core'

type Hint = (match: RegExpMatchArray, tables: () => readonly string[]) => string

const hints: readonly (readonly [RegExp, Hint])[] = [
  [/no such table: (?:main\.)?(.+)/, ([, name = ''], tables) => noSuchTable(name, tables())],
  [/no such column: (.+)/, ([, name]) => `Check the spelling of ${name}, and the migration that adds it`],
  [
    /already exists|duplicate column name/,
    () =>
      'It was made outside the migrations or by an earlier one: drop it, or record what is there with "baseline"',
  ],
  [
    /UNIQUE constraint failed: (.+)/,
    ([, columns]) =>
      `Two rows have the same value in ${columns}: merge or delete one of them first, in the same migration`,
  ],
  [
    /NOT NULL constraint failed: (.+)/,
    ([, column]) => `Give ${column} a value in every row before it may not be NULL, or a default`,
  ],
  [/CHECK constraint failed/, () => 'Correct the rows that break the rule first, in the same migration'],
  [
    /FOREIGN KEY constraint failed/,
    () => 'A row refers to a parent that is not there: correct or delete such rows in the same migration',
  ],
  [
    /Cannot add a NOT NULL column with default value NULL/,
    () => 'Add DEFAULT with a value: rows that exist already need one',
  ],
  [
    /Cannot add a column with non-constant default/,
    () => 'Add the column with a constant default, and fill it with UPDATE in the same migration',
  ],
  [/Cannot add a (PRIMARY KEY|UNIQUE) column/, () => 'Add the column plain, and CREATE UNIQUE INDEX for it'],
  [
    /cannot drop (?:UNIQUE |PRIMARY KEY )?column|error in (?:index|view|trigger) /,
    () =>
      'Drop the index, view or trigger that uses it first, and create it again afterwards where it is still needed',
  ],
  [/syntax error|incomplete input|unrecognized token/, () => 'Correct the SQL at that place'],
  [/more than one statement/, () => 'Give one statement at a time'],
]

/** What to do about a statement that SQLite refused, from the words of its message. */
export function statementHint(message: string, tables: () => readonly string[] = () => []): string {
  for (const [pattern, hint] of hints) {
    const match = message.match(pattern)
    if (match !== null) return hint(match, tables)
  }
  return 'Correct the statement, then run the command again'
}

function noSuchTable(name: string, tables: readonly string[]): string {
  // Every name is near to one of one or two letters.
  const near = name.length < 3 ? undefined : suggest(name, tables)
  if (near !== undefined) return `Did you mean "${near}"?`
  return `Check the spelling of ${name}, and the migration that creates it`
}
