/** A sign of another engine that already the lexer stumbles over, as a parameter. */
interface ForeignSign {
  readonly pattern: RegExp
  /** What it is, as the subject of a sentence. */
  readonly what: string
  /** What SQLite has instead. */
  readonly hint: string
}

export const foreignSigns: readonly ForeignSign[] = [
  {
    pattern: /^:$/,
    what: 'This is a cast of PostgreSQL',
    hint: 'Write CAST(value AS TEXT), with a type of SQLite; JSON is kept as TEXT',
  },
  {
    pattern: /^\$\w*\$/,
    what: 'This is a string or function body of PostgreSQL',
    hint: "Write strings between '…'; what a function did goes into a trigger, or into the application",
  },
  {
    pattern: /^@/,
    what: 'This is a variable of MySQL or SQL Server',
    hint: 'Write the value itself, or a query in parentheses where the variable stands',
  },
]
